import { parseArgs } from 'node:util';
import { openParcel } from '../../shared/feed/parcel.ts';
import type { Config } from '../config/settings.ts';
import { askGateway } from '../control/client.ts';
import { openLog } from '../machine/log.ts';
import { WholeFile } from '../machine/whole-file.ts';
import { type Command, configAndFile, print, printError, UsageError } from './command.ts';
import { loadConfig } from './load-config.ts';
import { megabytes, Progress } from './progress.ts';

export const exportParcel: Command = {
  name: 'export',
  arguments: '<config.toml> <file> [--destination name]',
  summary: 'writes what waits for the city OS to a file, to be carried there by hand: machimori import',
  help: [
    '--destination NAME   what waits for this one; needed where several are configured',
    'Nothing leaves the buffer: batches go by network too when that returns, and the city OS stores each once. A gateway that',
    'has no network at all gets the receipts back by hand: machimori import --receipts, machimori settle.',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { destination: { type: 'string' } },
    });
    const { configFile, file } = configAndFile(positionals);
    const config = loadConfig(configFile);
    if (config === undefined) return 1;
    const destination = values.destination ?? onlyDestination(config);
    const log = openLog('warn', () => performance.now());
    const { messages, bytes } = await askGateway(config, log, (ask) => write(ask('export', { destination }), file));
    if (messages === 0) print(`Nothing waits for ${destination}; no file was written. 送信待ちのデータはありません。`);
    else {
      print(`${file}: ${messages} messages for ${destination}, ${megabytes(bytes)}. ${messages}件を書き出しました。`);
      printError('Unmount the stick before you pull it. 媒体は取り外し操作をしてから抜いてください。');
    }
    return 0;
  },
};

/** Reads what it writes, so that a file with its name is a whole one. */
async function write(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
): Promise<{ readonly messages: number; readonly bytes: number }> {
  const whole = await WholeFile.open(file);
  try {
    const progress = new Progress();
    let messages = 0;
    let bytes = 0;
    const parcel = await openParcel(whole.through(pieces), file);
    for await (const message of parcel.messages) {
      messages++;
      if (message.kind !== 'damaged') bytes += message.bytes.length;
      progress.show(() => `${messages} messages 件, ${megabytes(bytes)}`);
    }
    if (messages === 0) await whole.abandon();
    else await whole.finish();
    return { messages, bytes };
  } catch (fault) {
    await whole.abandon();
    throw fault;
  }
}

function onlyDestination({ destinations }: Config): string {
  const [first, ...rest] = destinations.map(({ name }) => name);
  if (first === undefined) throw new UsageError('No destination is configured: name a former one with --destination');
  if (rest.length > 0) throw new UsageError(`Choose with --destination: ${[first, ...rest].join(', ')}`);
  return first;
}
