/**
 * A wire through a pseudo-terminal: the gateway opens it like any serial port.
 *
 * The terminal is raw and silent (no echo) before anyone can open it. As on a real line nothing piles up: bytes written
 * while nobody has the port open are lost, and so are those that a reader leaves unread once the system's buffer is full.
 * Pulling the plug hangs up the terminal, as when a USB adapter is removed.
 *
 * Node cannot be notified when a port is opened, so our end is polled: every `LOOK_MS` while there may be something to hear, and every
 * `REST_MS` while the port is closed or nobody here listens, so that a process can hold thousands. The binding opens our end so that
 * child processes inherit it, and the hang-up waits for the last of them: start a gateway that is a child of the simulators'
 * process, and is to meet pulled plugs, before the terminals are opened, or use tcp.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, mkdirSync, readlinkSync, readSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import { say } from '../words.ts';
import type { PatientWire } from './wire.ts';

const LOOK_MS = 10;
const REST_MS = 100;
/** A port seen open this many times in a row has been set up, and flushed, by whoever opened it. */
const LOOKS_UNTIL_SET_UP = 3;
/** Of Linux, and of macOS. */
const PSEUDO_TERMINAL = /^\/dev\/(pts\/|ttys\d)/;
const maxReadBytes = 4096;
const maxReadsPerLook = 16;

/** The part of node-pty that opens a terminal and hands it to us. The package's typings describe only `spawn`. */
interface PtyBinding {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
}

/**
 * Opens a pseudo-terminal. `link`, if given, is a symbolic link that points to the terminal while it is plugged in (as
 * /dev/serial/by-id does) and is the wire's path; without it the path changes with each `replug`.
 * Throws "pty-missing" if the optional package is not installed.
 */
export async function openPty(options: { readonly link?: string } = {}): Promise<PatientWire> {
  const wire = new PtyWire(await loadBinding(), options.link);
  await wire.replug();
  return wire;
}

async function loadBinding(): Promise<PtyBinding> {
  try {
    const { default: library } = await import('@lydell/node-pty/requireBinary.js');
    return library.requireBinary('pty.node') as PtyBinding; // native code without typings
  } catch (cause) {
    throw new MachimoriError('pty-missing', {
      what: say.noPty(),
      on: '@lydell/node-pty',
      hint: say.installPty(),
      cause,
    });
  }
}

class PtyWire implements PatientWire {
  readonly #binding: PtyBinding;
  readonly #link: string | undefined;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #buffer = new Uint8Array(maxReadBytes);
  #master: number | undefined;
  #terminal = '';
  #looksOpen = 0;
  #looking: NodeJS.Timeout | undefined;

  constructor(binding: PtyBinding, link: string | undefined) {
    this.#binding = binding;
    this.#link = link;
  }

  get path(): string {
    return this.#link ?? this.#terminal;
  }

  get isOpen(): boolean {
    return this.#master !== undefined && this.#look() && this.#looksOpen >= LOOKS_UNTIL_SET_UP;
  }

  write(bytes: Uint8Array): boolean {
    return this.offer(bytes) === bytes.length; // what is left over is lost, as on a real line
  }

  offer(bytes: Uint8Array): number {
    if (this.#master === undefined || !this.isOpen) return 0;
    try {
      return writeSync(this.#master, bytes);
    } catch {
      return 0; // the reader is too slow or has just gone
    }
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  unplug(): void {
    if (this.#master === undefined) return;
    clearTimeout(this.#looking);
    this.#looking = undefined;
    if (this.#link) rmSync(this.#link, { force: true });
    closeSync(this.#master);
    this.#master = undefined;
    this.#looksOpen = 0;
  }

  async replug(): Promise<void> {
    if (this.#master !== undefined) return;
    const { master, slave, pty } = this.#binding.open(80, 24);
    execFileSync('stty', ['raw', '-echo'], { stdio: [slave, 'ignore', 'ignore'] });
    closeSync(slave);
    try {
      if (this.#link) pointTo(pty, this.#link);
    } catch (fault) {
      closeSync(master);
      throw fault;
    }
    this.#master = master;
    this.#terminal = pty;
    this.#lookAgain();
  }

  async close(): Promise<void> {
    this.unplug();
    this.#listeners.clear();
  }

  #lookAgain(): void {
    const isSetUp = this.#looksOpen >= LOOKS_UNTIL_SET_UP;
    const mayRest = this.#looksOpen === 0 || (isSetUp && this.#listeners.size === 0);
    const timer = setTimeout(
      () => {
        if (this.#look()) this.#looksOpen += 1;
        if (this.#looking === timer) this.#lookAgain(); // whoever hears something may pull the plug
      },
      mayRest ? REST_MS : LOOK_MS,
    );
    this.#looking = timer;
  }

  /** Takes what the gateway has written; returns whether it has the port open. */
  #look(): boolean {
    for (let reads = 0; reads < maxReadsPerLook && this.#master !== undefined; reads += 1) {
      const bytes = this.#read(this.#master);
      if (bytes === 'open') return true;
      if (bytes === 'closed') {
        this.#looksOpen = 0;
        return false;
      }
      this.#looksOpen = LOOKS_UNTIL_SET_UP; // whoever writes has finished setting up
      for (const listener of this.#listeners) listener(bytes);
    }
    return this.#master !== undefined;
  }

  #read(master: number): Uint8Array | 'open' | 'closed' {
    try {
      const length = readSync(master, this.#buffer);
      return length > 0 ? this.#buffer.slice(0, length) : 'closed';
    } catch (error) {
      return codeOf(error) === 'EAGAIN' ? 'open' : 'closed'; // EIO: nobody has the terminal open
    }
  }
}

function pointTo(target: string, link: string): void {
  mkdirSync(dirname(link), { recursive: true });
  if (!isOurs(link)) {
    throw new MachimoriError('link-taken', {
      what: say.linkTaken(),
      on: link,
      hint: say.otherLink(),
    });
  }
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

/** Nothing is there, or a link that was left behind; one to a device, such as udev makes, is not replaced. */
function isOurs(link: string): boolean {
  const existing = lstatSync(link, { throwIfNoEntry: false });
  return existing === undefined || (existing.isSymbolicLink() && PSEUDO_TERMINAL.test(readlinkSync(link)));
}
