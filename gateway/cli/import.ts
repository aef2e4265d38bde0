import { resolve } from 'node:path';
import { encodeEnd, encodeHead, encodeItem, type ParcelHead } from '../../shared/feed/parcel.ts';
import { encodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { deliverParcel, newTally, type Tally } from '../destinations/city-os/deliver-parcel.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { WholeFile } from '../machine/whole-file.ts';
import type { BrokerSettings } from '../net/mqtt-connection.ts';
import { brokerOf } from './broker.ts';
import { Progress } from './output.ts';
import { onlyOfKind, openParcelFile } from './parcel-file.ts';
import type { Terminal } from './terminal.ts';
import { durationOf, wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { importUsage } from './verbs/carry.ts';
import { say } from './words/carry.ts';

const maxWindow = 64;

export async function importParcel({ args, options, terminal }: Called<typeof importUsage>): Promise<number> {
  const { url, receipts } = options;
  if (receipts !== undefined && resolve(receipts) === resolve(args.file))
    throw new UsageError(say.receiptsOverParcel());
  const broker = brokerOf(url, options, say.noUrl());
  const receiptTimeoutMs = durationOf('--receipt-timeout', options['receipt-timeout'], '30s');
  const window = wholeNumberOf('--window', options.window, 1, maxWindow);
  return deliver(args.file, receipts, { broker, receiptTimeoutMs, window }, terminal);
}

async function deliver(
  file: string,
  receiptsFile: string | undefined,
  settings: { readonly broker: BrokerSettings; readonly receiptTimeoutMs: number; readonly window: number },
  terminal: Terminal,
): Promise<number> {
  const parcel = await onlyOfKind(await openParcelFile(file, 'data'), file, 'data');
  const { gateway, tenant, at } = parcel.head;
  terminal.printError(say.parcelOf({ file, gateway, tenant, at: isoTime(at) }));
  const clock = new SystemClock('always');
  const receipts = receiptsFile === undefined ? undefined : await ReceiptsFile.open(receiptsFile, parcel.head);
  const progress = new Progress(terminal);
  const tally = newTally();
  try {
    await deliverParcel(
      parcel,
      {
        ...settings,
        clock,
        async onReceipt(receipt) {
          await receipts?.add(receipt);
          progress.show(() => say.importing({ messages: tally.batches + tally.gaps, readings: tally.stored }));
        },
      },
      tally,
    );
  } catch (fault) {
    await receipts?.close();
    throw fault;
  }
  await receipts?.close();
  for (const text of describe(tally)) terminal.print(text);
  const isWhole = tally.damaged + tally.unanswered === 0 && tally.brokenOff === undefined;
  if (isWhole) terminal.print(say.allArrived());
  else terminal.printError(say.notAllArrived());
  return isWhole ? 0 : 1;
}

/** The receipts as a parcel; the file is whole once closed. */
class ReceiptsFile {
  readonly #file: WholeFile;
  #count = 0;

  private constructor(file: WholeFile) {
    this.#file = file;
  }

  static async open(path: string, head: ParcelHead): Promise<ReceiptsFile> {
    const file = await WholeFile.open(path);
    await file.write(encodeHead({ ...head, at: Date.now() }));
    return new ReceiptsFile(file);
  }

  async add(receipt: Receipt): Promise<void> {
    this.#count++;
    await this.#file.write(encodeItem('receipt', encodeReceipt(receipt)));
  }

  /** Keeps what there is, also after a fault. */
  async close(): Promise<void> {
    if (this.#count === 0) return this.#file.abandon();
    await this.#file.write(encodeEnd(this.#count));
    await this.#file.finish();
  }
}

function describe(tally: Tally): Text[] {
  const { batches, gaps, stored, refused, damaged, unanswered, whyUnanswered, brokenOff } = tally;
  return [
    say.receipted({ batches, gaps, readings: stored }),
    ...[...refused.values()].map(({ reason, readings }) => say.refusedBecause({ readings, reason })),
    ...(damaged === 0 ? [] : [say.damaged({ messages: damaged })]),
    ...(unanswered === 0 ? [] : [say.unanswered({ messages: unanswered, why: whyUnanswered ?? '' })]),
    ...(brokenOff === undefined ? [] : [say.brokenOff({ why: brokenOff })]),
  ];
}
