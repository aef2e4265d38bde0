/**
 * What systemd is told of this service (sd_notify(3)): ready, alive, stopping. Node.js has no datagram sockets in the file system, so
 * systemd's own `systemd-notify` says it, two or three times a minute.
 *
 * Promise: never rejects, and takes no longer than `withinMs`. Without systemd nothing is said.
 */
import { execFile } from 'node:child_process';

const withinMs = 10_000;

export interface ServiceManager {
  /** How often it wants to hear that the service is alive, ms; undefined if it does not. */
  readonly watchdogMs: number | undefined;
  /** `state`: as in sd_notify(3), "READY=1". */
  tell(state: 'READY=1' | 'WATCHDOG=1' | 'STOPPING=1'): Promise<void>;
}

/** `environment`: of this process, in which systemd names its socket and its patience (µs). */
export function serviceManager(environment: Readonly<Record<string, string | undefined>>): ServiceManager {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = environment;
  if (NOTIFY_SOCKET === undefined) return { watchdogMs: undefined, tell: async () => {} };
  const patienceMs = Number(WATCHDOG_USEC) / 1_000;
  return {
    watchdogMs: patienceMs > 0 ? patienceMs / 3 : undefined,
    tell: (state) =>
      new Promise((resolve) => {
        execFile('systemd-notify', [state], { timeout: withinMs, env: { NOTIFY_SOCKET, PATH: environment.PATH } }, () =>
          resolve(),
        );
      }),
  };
}
