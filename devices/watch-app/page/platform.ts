/** What this device offers: a browser's Bluetooth, or the plugins of the Capacitor shell. */
import type { Scanner } from '../core/surroundings.ts';
import { type BleClient, capacitorScanner, type Ranging } from '../scanners/capacitor.ts';
import { type Bluetooth, canScan, webBluetoothScanner } from '../scanners/web-bluetooth.ts';

/** Keeps the app awake while it is on: Android's foreground service, iOS's location updates. */
export interface Service {
  start(options: { title: string; text: string }): Promise<void>;
  stop(): Promise<void>;
}

/** What the shell's shell.js exports (capacitor/src/shell.ts). */
interface Shell {
  readonly client: BleClient;
  readonly ranging?: Ranging;
  readonly service?: Service;
}

export interface Platform {
  readonly kind: 'shell' | 'scan' | 'watch' | 'none';
  readonly scanner: Scanner;
  readonly service?: Service | undefined;
}

export async function platformHere(): Promise<Platform> {
  if ('Capacitor' in window) {
    const url = new URL('shell.js', document.baseURI).href;
    const { client, ranging, service }: Shell = await import(/* @vite-ignore */ url);
    return { kind: 'shell', scanner: capacitorScanner(client, ranging), service };
  }
  // Not in TypeScript's DOM yet.
  const { bluetooth } = navigator as Navigator & { readonly bluetooth?: Bluetooth };
  const scanner = webBluetoothScanner(bluetooth, document);
  if (bluetooth === undefined || !canScan(bluetooth)) return { kind: 'none', scanner };
  return { kind: bluetooth.requestLEScan === undefined ? 'watch' : 'scan', scanner };
}
