import { MachimoriError, textOf } from '../../shared/errors.ts';
import { isBroken, type OpenParcel } from '../../shared/feed/parcel.ts';
import { decodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import type { Text } from '../../shared/text.ts';
import type { ByHand } from '../buffer/buffer-options.ts';
import type { Config } from '../config/settings.ts';
import { askGateway, readJson } from '../control/client.ts';
import type { Ask } from '../control/messages.ts';
import { maxBodyBytes, maxReceipts } from '../control/messages.ts';
import { openLog } from '../machine/log.ts';
import { loadConfig } from './input.ts';
import { Progress } from './output.ts';
import { onlyOfKind, openParcelFile } from './parcel-file.ts';
import type { Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import type { settleUsage } from './verbs/carry.ts';
import { say } from './words/carry.ts';

export async function settle({
  args: { config: configFile, file },
  options,
  terminal,
}: Called<typeof settleUsage>): Promise<number> {
  const config = loadConfig(configFile, terminal);
  if (config === undefined) return 1;
  const opened = await openParcelFile(file, 'receipts');
  checkGateway(opened, { ...config.gateway, ...(options.gateway !== undefined && { id: options.gateway }) }, file);
  const parcel = await onlyOfKind(opened, file, 'receipts');
  const log = openLog('warn', () => performance.now());
  const { settled, gone, foreign, unusable, brokenOff } = await askGateway(config, log, (ask) =>
    hand(parcel, ask, terminal),
  );
  terminal.print(say.settled({ settled, gone }));
  if (foreign > 0) terminal.printError(say.formerBuffer({ count: foreign }));
  if (unusable > 0) terminal.printError(say.unusable({ count: unusable }));
  if (brokenOff !== undefined) terminal.printError(brokenOff);
  return foreign + unusable === 0 && brokenOff === undefined ? 0 : 1;
}

interface Outcome extends ByHand {
  /** Damaged, or not receipts. */
  readonly unusable: number;
  /** Why the file was not read to its end, if it was not. */
  readonly brokenOff: Text | undefined;
}

/** Hands the receipts to the gateway in groups. */
async function hand({ messages }: OpenParcel, ask: Ask, terminal: Terminal): Promise<Outcome> {
  const progress = new Progress(terminal);
  const total = { settled: 0, gone: 0, foreign: 0, unusable: 0 };
  let brokenOff: Text | undefined;
  let group: Receipt[] = [];
  let groupBytes = 0;
  const handOver = async () => {
    if (group.length === 0) return;
    const { settled, gone, foreign } = await readJson<ByHand>(ask('settle', { receipts: group }));
    total.settled += settled;
    total.gone += gone;
    total.foreign += foreign;
    group = [];
    groupBytes = 0;
    progress.show(() => say.settling({ settled: total.settled }));
  };
  try {
    for await (const message of messages) {
      const receipt = message.kind === 'receipt' ? readReceipt(message.bytes) : undefined;
      const bytes = receipt === undefined ? 0 : Buffer.byteLength(JSON.stringify(receipt)) + 1;
      if (receipt === undefined || bytes > maxGroupBytes) {
        total.unusable++;
        continue;
      }
      if (group.length === maxReceipts || groupBytes + bytes > maxGroupBytes) await handOver();
      group.push(receipt);
      groupBytes += bytes;
    }
  } catch (fault) {
    if (!isBroken(fault)) throw fault;
    brokenOff = textOf(fault);
  }
  await handOver();
  return { ...total, brokenOff };
}

/** What fits into one request, with some room. */
const maxGroupBytes = maxBodyBytes - 100;

function readReceipt(bytes: Uint8Array): Receipt | undefined {
  try {
    return decodeReceipt(bytes);
  } catch (fault) {
    if (fault instanceof MachimoriError) return undefined;
    throw fault;
  }
}

function checkGateway({ head }: OpenParcel, { id, tenant }: Config['gateway'], file: string): void {
  if (head.gateway === id && head.tenant === tenant) return;
  throw new MachimoriError('foreign-parcel', {
    what: say.foreignParcel({ gateway: head.gateway, tenant: head.tenant, own: id, ownTenant: tenant }),
    on: file,
    hint: say.foreignParcelHint(),
  });
}
