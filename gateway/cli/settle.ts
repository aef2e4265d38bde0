import { parseArgs } from 'node:util';
import { MachimoriError } from '../../shared/errors.ts';
import { isBroken, type OpenParcel, openParcel } from '../../shared/feed/parcel.ts';
import { decodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import type { ByHand } from '../buffer/buffer-options.ts';
import type { Config } from '../config/settings.ts';
import { maxReceipts } from '../control/actions.ts';
import { type Ask, askGateway, readJson } from '../control/client.ts';
import { maxBodyBytes } from '../control/server.ts';
import { openLog } from '../machine/log.ts';
import { type Command, configAndFile, print, printError } from './command.ts';
import { loadConfig } from './load-config.ts';
import { Progress } from './progress.ts';
import { readFilePieces } from './read-file.ts';

export const settle: Command = {
  name: 'settle',
  arguments: '<config.toml> <receipts-file>',
  summary: 'takes receipts that came by hand: what the city OS has stored leaves the buffer',
  help: [
    'The file is that of machimori import --receipts. It may be given more than once; what is settled stays so.',
    'Exit code 1: it was cut short or damaged, or holds receipts that are not for this buffer. All others were taken.',
  ].join('\n'),
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const { configFile, file } = configAndFile(positionals);
    const config = loadConfig(configFile);
    if (config === undefined) return 1;
    const parcel = await openParcel(readFilePieces(file), file);
    checkGateway(parcel, config, file);
    const log = openLog('warn', () => performance.now());
    const { settled, gone, foreign, unusable, brokenOff } = await askGateway(config, log, (ask) => hand(parcel, ask));
    print(
      `${settled} batches and gaps are settled, ${gone} had left before. ${settled}件を受領済みとし、${gone}件は処理済みでした。`,
    );
    if (foreign > 0)
      printError(`${foreign} receipts are for a former buffer. ${foreign}件は以前のバッファのものです。`);
    if (unusable > 0) printError(`${unusable} receipts were damaged or are none. ${unusable}件は読み取れません。`);
    if (brokenOff !== '') printError(brokenOff);
    return foreign + unusable === 0 && brokenOff === '' ? 0 : 1;
  },
};

interface Outcome extends ByHand {
  /** Damaged, or no receipts. */
  readonly unusable: number;
  /** Why the file was not read to its end; empty when it was. */
  readonly brokenOff: string;
}

/** Hands the receipts to the gateway, so many at a time. */
async function hand({ messages }: OpenParcel, ask: Ask): Promise<Outcome> {
  const progress = new Progress();
  const total = { settled: 0, gone: 0, foreign: 0, unusable: 0, brokenOff: '' };
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
    progress.show(() => `${total.settled} settled 件`);
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
    total.brokenOff = fault.message;
  }
  await handOver();
  return total;
}

/** What fits into one request with some room. */
const maxGroupBytes = maxBodyBytes - 100;

function readReceipt(bytes: Uint8Array): Receipt | undefined {
  try {
    return decodeReceipt(bytes);
  } catch (fault) {
    if (fault instanceof MachimoriError) return undefined;
    throw fault;
  }
}

function checkGateway({ head }: OpenParcel, { gateway: { id, tenant } }: Config, file: string): void {
  if (head.gateway === id && head.tenant === tenant) return;
  throw new MachimoriError('foreign-parcel', {
    what: `it is for the gateway ${head.gateway} of ${head.tenant}, not for ${id} of ${tenant}`,
    on: file,
    hint: 'Take the file of this gateway, or the configuration of that one',
  });
}
