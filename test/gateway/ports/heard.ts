import { onTestFinished, vi } from 'vitest';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { DialIn } from '../../../gateway/net/dial-in.ts';
import { HostTurns } from '../../../gateway/net/host-turns.ts';
import { openHttp } from '../../../gateway/net/http.ts';
import { connectMqtt } from '../../../gateway/net/mqtt-connection.ts';
import type { GatewayLogins, PortSurroundings, Receiver, StreamPort } from '../../../gateway/ports/port.ts';
import type { Text } from '../../../shared/text.ts';
import { LogBook } from '../machine/log-book.ts';

/** For conditions that the outside world brings about. */
export const patience = { timeout: 15_000, interval: 5 };

/** The real clock, and pauses as short as they may be. */
export function surroundings(): PortSurroundings & { readonly log: LogBook } {
  return {
    clock: new SystemClock('always'),
    log: new LogBook(),
    random: () => 0,
    connect: connectMqtt,
    openHttp,
    dialIn: new DialIn(new SystemClock('always')),
    turns: new HostTurns(new SystemClock('always'), 0),
    tenant: 'kakogawa',
    gateway: 'gateway-01',
    gateways: EVERYBODY,
    offered: () => undefined,
    operators: { current: undefined, listKey: '', has: () => false, isRevoked: () => false, onChanged: () => () => {} },
    memory: memory(),
    plan: { region: 'AS923-1', channels: [], subBand: 2 },
  };
}

/** Keeps it for as long as the surroundings are there. */
export function memory(kept = new Map<string, string>()): PortSurroundings['memory'] {
  return {
    read: (key) => kept.get(key),
    keep: async (key, value) => void kept.set(key, value),
    hasRoom: () => true,
  };
}

/** Lets in everybody who knows the password "secret" under the name of a gateway. */
const EVERYBODY: GatewayLogins = {
  has: () => true,
  certified: () => undefined,
  onRevoked: () => () => {},
  login(user, password) {
    const [tenant = '', gateway = ''] = user.split('/');
    return password === 'secret' ? { tenant, gateway } : undefined;
  },
};

/** Keeps what a port says. */
export class Heard implements Receiver {
  text = '';
  opens = 0;
  readonly whys: string[] = [];

  opened(): void {
    this.opens++;
  }

  bytes(chunk: Uint8Array): void {
    this.text += Buffer.from(chunk).toString('latin1');
  }

  closed(why: Text): void {
    this.whys.push(why.en);
  }

  /** Runs a port until the test is over, or until it is told to stop. */
  listenTo(port: StreamPort): () => Promise<void> {
    const stop = new AbortController();
    const running = port.run(this, stop.signal);
    const end = async () => {
      stop.abort();
      await running;
    };
    onTestFinished(end);
    return end;
  }

  async until(condition: () => void): Promise<void> {
    await vi.waitFor(condition, patience);
  }
}
