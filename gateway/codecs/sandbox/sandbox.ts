/**
 * QuickJS in WebAssembly: where codecs run. Needs its own worker thread, which can be ended from outside.
 *
 * Promise: a call sees nothing another call left behind, of the same codec or another. Before each call the engine's whole
 * memory is restored to the moment after the codec was loaded (memory-image.ts), so even a call that ran out of time or memory
 * leaves nothing to clean up. Codecs can call no host functions.
 *
 * Bounds: `memoryPages` of memory in total, `maxStackBytes` of stack, and a limit of processor time per call. The engine checks
 * the time between instructions and while matching a regular expression, but not within other built-ins: a codec can hang
 * there, and the caller has to end the thread.
 */
import { readFileSync } from 'node:fs';
import quickJs from '@jitl/quickjs-wasmfile-release-sync';
import {
  type EmscriptenModuleLoaderOptions,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import { ownFile } from '../../machine/own-files.ts';
import { type Codec, type CodecFunction, maxSourceBytes } from '../codec.ts';
import { type CodecFailure, type CodecOutcome, failure } from '../outcome.ts';
import { say } from '../words.ts';
import { maxDetailChars, readAnswer, thrownBy } from './answer.ts';
import { ANSWER, CODEC_NAMES, type DriverOptions, driver, RETURNED } from './driver.ts';
import { MemoryImage, type Patch } from './memory-image.ts';
import { copyOfStart, findLayout, probeBytes } from './memory-layout.ts';
import type { ProcessorTime } from './processor-time.ts';

/** The types describe the CommonJS form; Node.js imports the other, where this is the variant itself. */
const variant = quickJs as unknown as QuickJSSyncVariant;

/** 16 MB, as the module was linked. The stack takes 5 of them and the engine half of one. It does not grow. */
const memoryPages = 256;
const maxStackBytes = 256 * 1024;
/** Processor time of a call. */
export const callLimitMs = 50;
/** Processor time to evaluate a codec's source, once. */
export const loadLimitMs = 250;
/** UTF-16 units of JSON. */
export const maxOutputChars = 65_536;
const maxConsoleLines = 100;
const maxConsoleChars = 500;

const driverOptions: DriverOptions = {
  answer: ANSWER,
  returned: RETURNED,
  maxOutputChars,
  maxDetailChars,
  maxConsoleLines,
  maxConsoleChars,
};

/** Looks the names up in a way that also finds `const` and `let` declarations. */
const findFunctions = `({${CODEC_NAMES.map((name) => `${name}: typeof ${name} === 'undefined' ? undefined : ${name}`)}})`;

export type LoadedCodec = { readonly ok: true; readonly name: string; readonly memory: Patch } | CodecFailure;

/** The clock codecs see (worker.ts). */
export interface SandboxTime {
  /** Epoch ms. */
  nowMs: number;
}

export interface SandboxCall {
  /** "load" loads the codec without calling any function. */
  readonly function: CodecFunction | 'load';
  /** JSON, from input.ts. */
  readonly input: string;
  /** The time the codec sees, epoch ms. */
  readonly nowMs: number;
  /** Whether anyone wants its console output. */
  readonly hasListener: boolean;
}

export interface SandboxAnswer {
  readonly outcome: CodecOutcome;
  /** What the codec wrote to the console, if anyone listens. */
  readonly console: readonly string[];
}

/** Emscripten options missing from the library's types: https://emscripten.org/docs/api_reference/module.html */
interface InstantiationHooks extends EmscriptenModuleLoaderOptions {
  print(): void;
  printErr(): void;
}

/** Something ended the engine itself, such as a full thread stack; it cannot be used any more. */
export class BrokenSandbox extends Error {}

export class Sandbox {
  readonly #context: QuickJSContext;
  readonly #driver: QuickJSHandle;
  readonly #image: MemoryImage;
  readonly #watch: Watch;
  readonly #time: SandboxTime;

  private constructor(
    context: QuickJSContext,
    driver: QuickJSHandle,
    image: MemoryImage,
    watch: Watch,
    time: SandboxTime,
  ) {
    this.#context = context;
    this.#driver = driver;
    this.#image = image;
    this.#watch = watch;
    this.#time = time;
  }

  /** `module` is the compiled engine, so that threads need not compile it again. */
  static async open(module: WebAssembly.Module, processor: ProcessorTime, time: SandboxTime): Promise<Sandbox> {
    const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
    const bytes = new Uint8Array(memory.buffer);
    let atStart: Uint8Array = new Uint8Array(0);
    const emscriptenModule: InstantiationHooks = {
      print: () => {},
      printErr: () => {},
      instantiateWasm(imports, instantiated) {
        const instance = new WebAssembly.Instance(module, imports);
        atStart = copyOfStart(bytes);
        instantiated(instance);
        return instance.exports;
      },
    };
    const engine = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory, emscriptenModule }));
    const runtime = engine.newRuntime({ maxStackSizeBytes: maxStackBytes });
    const watch = new Watch(runtime, processor);
    const context = runtime.newContext();
    const layout = findLayout(bytes, atStart, () => {
      context.unwrapResult(context.evalCode(`new ArrayBuffer(${probeBytes})`)).dispose();
    });
    const driver = openDriver(context);
    return new Sandbox(context, driver, new MemoryImage(bytes, layout), watch, time);
  }

  load({ name, source }: Codec): LoadedCodec {
    if (Buffer.byteLength(source) > maxSourceBytes) {
      return failure('too-large', say.tooManyBytes({ codec: name, max: maxSourceBytes }));
    }
    this.#image.restore();
    this.#time.nowMs = 0;
    const fault = this.#watched(name, loadLimitMs, () => {
      const script = this.#context.evalCode(source, 'codec', { type: 'global' });
      if (script.error) return this.#unreadable(name, script.error);
      const found = this.#context.evalCode(findFunctions, 'driver', { type: 'global' });
      if (found.error) return this.#thrown(name, found.error);
      const adopted = this.#context.callMethod(this.#driver, 'adopt', [found.value]);
      return adopted.error && this.#thrown(name, adopted.error);
    });
    return fault ?? { ok: true, name, memory: this.#image.patch() };
  }

  call(codec: LoadedCodec, call: SandboxCall): SandboxAnswer {
    const { function: asked, input } = call;
    if (!codec.ok) return { outcome: codec, console: [] };
    if (asked === 'load') return { outcome: { ok: true, output: { errors: [], warnings: [] } }, console: [] };
    this.#image.restore(codec.memory);
    this.#time.nowMs = call.nowMs;
    const outcome = this.#watched(codec.name, callLimitMs, () => {
      const words = [this.#context.newString(asked), this.#context.newString(input)];
      const answer = this.#context.callMethod(this.#driver, 'call', words);
      // The driver catches everything, so if it fails, even it has run out of memory.
      if (answer.error) return memoryFull(codec.name);
      return this.#orFull(readAnswer(this.#context.getString(answer.value), codec.name, asked), codec.name);
    });
    return { outcome, console: call.hasListener ? this.#console() : [] };
  }

  /** A syntax error reports the line in the source. */
  #unreadable(name: string, error: QuickJSHandle): CodecFailure {
    const fault = this.#thrown(name, error);
    return /: SyntaxError: /.test(fault.detail.en) ? { ...fault, code: 'syntax' } : fault;
  }

  #thrown(name: string, error: QuickJSHandle): CodecFailure {
    const description = this.#context.callMethod(this.#driver, 'describe', [error]);
    if (description.error) return memoryFull(name);
    return this.#orFull(thrownBy(name, this.#context.getString(description.value)), name);
  }

  /** If memory is too full even for an error object, the engine throws null. */
  #orFull<T extends CodecOutcome>(outcome: T, name: string): T | CodecFailure {
    return !outcome.ok && outcome.code === 'threw' && this.#image.isFull() ? memoryFull(name) : outcome;
  }

  #console(): readonly string[] {
    this.#watch.begin(callLimitMs);
    const lines = this.#context.callMethod(this.#driver, 'console', []);
    this.#watch.end();
    const text = lines.error ? '' : this.#context.getString(lines.value);
    try {
      const written: unknown = JSON.parse(text);
      return Array.isArray(written) ? written.slice(0, maxConsoleLines).map((line) => cutLine(String(line))) : [];
    } catch {
      return []; // the codec replaced the JSON writer
    }
  }

  #watched<T>(name: string, limitMs: number, run: () => T): T | CodecFailure {
    this.#watch.begin(limitMs);
    try {
      const result = run();
      return this.#watch.isOver ? failure('too-slow', say.tooSlow({ codec: name, ms: limitMs })) : result;
    } catch (cause) {
      throw new BrokenSandbox(`${name} ended the sandbox`, { cause });
    } finally {
      this.#watch.end();
    }
  }
}

function cutLine(line: string): string {
  return line.slice(0, maxConsoleChars);
}

function memoryFull(name: string): CodecFailure {
  return failure('too-much-memory', say.memoryFull({ where: name }));
}

/** Interrupts calls that exceed their limit, whenever the engine asks. */
class Watch {
  readonly #processor: ProcessorTime;
  #startedAt = 0;
  #limitMs = Number.POSITIVE_INFINITY;
  /** In wall-clock time. Processor time costs a system call to read and cannot be over before this. */
  #askAt = Number.POSITIVE_INFINITY;
  isOver = false;

  constructor(runtime: QuickJSRuntime, processor: ProcessorTime) {
    this.#processor = processor;
    runtime.setInterruptHandler(() => this.#ask());
  }

  begin(limitMs: number): void {
    this.isOver = false;
    this.#limitMs = limitMs;
    this.#startedAt = this.#processor.ms();
    this.#askAt = performance.now() + limitMs;
  }

  end(): void {
    this.#askAt = Number.POSITIVE_INFINITY;
  }

  #ask(): boolean {
    if (this.isOver || performance.now() < this.#askAt) return this.isOver;
    const leftMs = this.#limitMs - (this.#processor.ms() - this.#startedAt);
    this.isOver = leftMs <= 0;
    this.#askAt = performance.now() + Math.max(leftMs, 1);
    return this.isOver;
  }
}

/** Evaluates the driver with its own `Buffer`, from the package's files. */
function openDriver(context: QuickJSContext): QuickJSHandle {
  const libraries = `'base64-js': ${commonJs(ownFile('base64'))}(), ieee754: ${commonJs(ownFile('floats'))}()`;
  const buffer = `${commonJs(ownFile('buffer'))}(name => ({ ${libraries} })[name]).Buffer`;
  const code = `(${driver})(${JSON.stringify(driverOptions)}, ${buffer})`;
  return context.unwrapResult(context.evalCode(code, 'driver', { type: 'global' }));
}

/** Source of a function that takes `require` and returns the file's exports. */
function commonJs(file: string): string {
  const source = readFileSync(file, 'utf8');
  return `(require => { const module = { exports: {} }, exports = module.exports;\n${source}\nreturn module.exports })`;
}
