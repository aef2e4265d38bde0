/** The sandbox's engine: QuickJS, compiled once per process and passed to each worker thread. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

let engine: Promise<WebAssembly.Module> | undefined;

export function compiledEngine(): Promise<WebAssembly.Module> {
  engine ??= compile();
  return engine;
}

async function compile(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  return WebAssembly.compile(await readFile(file));
}
