import { parseArgs } from 'node:util';
import { parseDuration } from '../../shared/duration.ts';
import { encodeEnd, encodeHead, encodeItem, openParcel, type ParcelHead } from '../../shared/feed/parcel.ts';
import { encodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import { deliverParcel, newTally, type Tally } from '../destinations/city-os/deliver-parcel.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { WholeFile } from '../machine/whole-file.ts';
import type { BrokerSettings } from '../net/mqtt-connection.ts';
import { type Command, numberOf, onlyArgument, print, printError, UsageError } from './command.ts';
import { Progress } from './progress.ts';
import { readFilePieces } from './read-file.ts';

const keepaliveMs = 30_000;
const maxWindow = 64;

export const importParcel: Command = {
  name: 'import',
  arguments: '<file> --url mqtt://host:1883 [--receipts file] [--username name --password-file file] …',
  summary: 'hands a file of machimori export to the city OS, as the gateway would have',
  help: [
    '--url URL              broker of the city OS: mqtt://host:1883 or mqtts://host:8883',
    '--receipts FILE        writes the receipts there, for a gateway without a network: machimori settle',
    '--username NAME, --password-file FILE, --ca-file FILE, --cert-file FILE, --key-file FILE   as in a configuration',
    '--protocol 3.1.1|5     MQTT version (default 3.1.1)',
    '--receipt-timeout TIME without a receipt within this time a message is sent again, three times (default 30s)',
    '--window N             messages on their way at once (default 8)',
    'It may be run again: the city OS stores every batch once, whichever way and however often it comes.',
    'Exit code 1: the file was cut short or damaged, or something got no receipt. All others were delivered.',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        receipts: { type: 'string' },
        username: { type: 'string' },
        'password-file': { type: 'string' },
        'ca-file': { type: 'string' },
        'cert-file': { type: 'string' },
        'key-file': { type: 'string' },
        protocol: { type: 'string', default: '3.1.1' },
        'receipt-timeout': { type: 'string', default: '30s' },
        window: { type: 'string', default: '8' },
      },
    });
    const file = onlyArgument(positionals, 'The file');
    const { url, protocol } = values;
    if (url === undefined || !/^(mqtt|ws)s?:\/\/./.test(url)) {
      throw new UsageError('--url must name the broker of the city OS, such as mqtt://host:1883');
    }
    if (protocol !== '3.1.1' && protocol !== '5') throw new UsageError('--protocol must be 3.1.1 or 5');
    const receiptTimeoutMs = parseDuration(values['receipt-timeout']);
    if (receiptTimeoutMs === undefined)
      throw new UsageError('--receipt-timeout must be a length of time such as "30s"');
    const window = numberOf('--window', values.window);
    if (!Number.isInteger(window) || window < 1 || window > maxWindow) {
      throw new UsageError(`--window must be a whole number from 1 to ${maxWindow}`);
    }
    const broker = {
      url,
      protocol,
      username: values.username,
      passwordFile: values['password-file'],
      caFile: values['ca-file'],
      certFile: values['cert-file'],
      keyFile: values['key-file'],
      keepaliveMs,
    } as const;
    return deliver(file, values.receipts, { broker, receiptTimeoutMs, window });
  },
};

async function deliver(
  file: string,
  receiptsFile: string | undefined,
  settings: { readonly broker: BrokerSettings; readonly receiptTimeoutMs: number; readonly window: number },
): Promise<number> {
  const parcel = await openParcel(readFilePieces(file), file);
  const { gateway, tenant, at } = parcel.head;
  printError(`${file}: of the gateway ${gateway} (${tenant}), written ${new Date(at).toISOString()}`);
  const clock = new SystemClock('always');
  const receipts = receiptsFile === undefined ? undefined : await ReceiptsFile.open(receiptsFile, parcel.head);
  const progress = new Progress();
  const tally = newTally();
  try {
    await deliverParcel(
      parcel,
      {
        ...settings,
        clock,
        async onReceipt(receipt) {
          await receipts?.add(receipt);
          progress.show(() => `${tally.batches + tally.gaps} messages 件, ${tally.stored} readings 測定値`);
        },
      },
      tally,
    );
  } catch (fault) {
    await receipts?.close();
    throw fault;
  }
  await receipts?.close();
  for (const line of describe(tally)) print(line);
  const isWhole = tally.damaged + tally.unanswered === 0 && tally.brokenOff === undefined;
  if (isWhole) print('All of it has arrived. すべて届きました。');
  else
    printError('Not all of it has arrived; what has, stays. Run it again. 一部が届いていません。再実行してください。');
  return isWhole ? 0 : 1;
}

/** The receipts as a parcel; whole whenever it was closed. */
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

  /** Keeps what there is, also after a fault: what was receipted, was. */
  async close(): Promise<void> {
    if (this.#count === 0) return this.#file.abandon();
    await this.#file.write(encodeEnd(this.#count));
    await this.#file.finish();
  }
}

function describe(tally: Tally): string[] {
  const { batches, gaps, stored, refused, damaged, unanswered, whyUnanswered, brokenOff } = tally;
  return [
    `receipted 受領 ${batches} batches, ${gaps} gaps; stored 保存 ${stored} readings`,
    ...[...refused.values()].map(({ reason, readings }) => `refused 拒否 ${readings} readings: ${reason.en}`),
    ...(damaged === 0 ? [] : [`damaged 破損 ${damaged} messages, which were not sent`]),
    ...(unanswered === 0 ? [] : [`no receipt 受領なし ${unanswered} messages (${whyUnanswered?.en})`]),
    ...(brokenOff === undefined ? [] : [`broken off 中断: ${brokenOff.en}`]),
  ];
}
