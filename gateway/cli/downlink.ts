import { plainDigits } from '../../shared/hex.ts';
import { isoTime } from '../../shared/reading.ts';
import { askRegister, readJson, readLines } from '../control/client.ts';
import type { Ask } from '../control/messages.ts';
import { maxPayloadBytes, maxPort, type QueuedDownlink } from '../lorawan/downlink-queue.ts';
import { loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import { durationOf, idsOf, wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { cancelDownlinksUsage, listDownlinksUsage, sendDownlinkUsage } from './verbs/lorawan.ts';
import { say as general } from './words/general.ts';
import { say } from './words/lorawan.ts';

export function sendDownlink(called: Called<typeof sendDownlinkUsage>): Promise<number> {
  const { args, options, terminal } = called;
  const wanted = toSend(args.device, options);
  return ask(called, async (askFor) => {
    const { id } = await readJson<{ id: number | string }>(askFor('send-downlink', wanted));
    terminal.print(say.queued({ id, device: args.device }));
  });
}

export function listDownlinks(called: Called<typeof listDownlinksUsage>): Promise<number> {
  const { args, options, terminal } = called;
  return ask(called, (askFor) =>
    printList(readLines(askFor('list-downlinks', { device: args.device })), { ...WAITING, ...options }, terminal),
  );
}

const WAITING: Omit<List, 'json'> = {
  heading: [
    say.numberColumn(),
    say.portColumn(),
    say.bytesColumn(),
    say.confirmedColumn(),
    say.triesColumn(),
    say.expiresColumn(),
  ],
  none: say.nothingWaits(),
  cells(line) {
    const { id, port, payload, confirmed, tries, expiresAt } = JSON.parse(line) as QueuedDownlink; // by a gateway of this release
    return [id, port, payload === '' ? '-' : payload, confirmed ? say.yes() : say.no(), tries, isoTime(expiresAt)];
  },
};

export function cancelDownlinks(called: Called<typeof cancelDownlinksUsage>): Promise<number> {
  const { args, options, terminal } = called;
  const wanted = { device: args.device, ...(options.id !== undefined && { ids: idsOf(options.id) }) };
  return ask(called, async (askFor) => {
    const { cancelled } = await readJson<{ cancelled: number }>(askFor('cancel-downlinks', wanted));
    terminal.print(say.cancelled({ count: cancelled }));
  });
}

async function ask(
  { args, terminal }: Pick<Called<typeof listDownlinksUsage>, 'args' | 'terminal'>,
  use: (ask: Ask) => Promise<void>,
): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  await askRegister(config, use);
  return 0;
}

function toSend(device: string, { port, hex, confirmed, expires }: Called<typeof sendDownlinkUsage>['options']) {
  if (port === undefined || hex === undefined) {
    throw new UsageError(general.oneIsMissing({ first: '--port', second: '--hex' }));
  }
  const payload = plainDigits(hex);
  if (!/^([0-9a-f]{2})*$/.test(payload)) throw new UsageError(say.badHex());
  if (payload.length > maxPayloadBytes * 2) throw new UsageError(say.longHex({ max: maxPayloadBytes }));
  const fPort = wholeNumberOf('--port', port, 1, maxPort);
  return { device, port: fPort, payload, confirmed, expiresAt: Date.now() + durationOf('--expires', expires, '1d') };
}
