import { existsSync } from 'node:fs';
import { openParcel } from '../../shared/feed/parcel.ts';
import { decodeGap, type Gap } from '../../shared/feed/receipt.ts';
import { listed } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import { askGateway } from '../control/client.ts';
import { openLog } from '../machine/log.ts';
import { WholeFile } from '../machine/whole-file.ts';
import { loadConfig } from './input.ts';
import { megabytes, Progress } from './output.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { exportUsage } from './verbs/carry.ts';
import { say } from './words/carry.ts';

export async function exportParcel({
  args: { config: configFile, file },
  options,
  terminal,
}: Called<typeof exportUsage>): Promise<number> {
  const config = loadConfig(configFile, terminal);
  if (config === undefined) return 1;
  if (existsSync(file) && !options.force) {
    terminal.printError(say.exportExists({ file }));
    return 1;
  }
  const destination = options.destination ?? onlyDestination(config);
  const log = openLog('warn', () => performance.now());
  const { gateway } = options;
  const { messages, bytes, damaged } = await askGateway(config, log, (ask) =>
    write(ask('export', { destination, ...(gateway !== undefined && { gateway }) }), file, terminal),
  );
  if (messages === 0) terminal.print(say.nothingWaits({ destination }));
  else {
    terminal.print(say.exported({ file, messages, destination, size: megabytes(bytes) }));
    if (damaged > 0) terminal.printError(say.exportedDamaged({ numbers: damaged }));
    terminal.printError(say.unmount());
  }
  return 0;
}

/** Reads what it writes, so that a file of that name is always whole. */
async function write(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
  terminal: Terminal,
): Promise<{ readonly messages: number; readonly bytes: number; readonly damaged: number }> {
  const whole = await WholeFile.open(file);
  try {
    const progress = new Progress(terminal);
    let messages = 0;
    let bytes = 0;
    let damaged = 0;
    const parcel = await openParcel(whole.through(pieces), file);
    for await (const message of parcel.messages) {
      messages++;
      if (message.kind !== 'damaged') bytes += message.bytes.length;
      if (message.kind === 'gap') damaged += damagedIn(decodeGap(message.bytes));
      progress.show(() => say.exporting({ messages, size: megabytes(bytes) }));
    }
    if (messages === 0) await whole.abandon();
    else await whole.finish();
    return { messages, bytes, damaged };
  } catch (fault) {
    await whole.abandon();
    throw fault;
  }
}

function damagedIn({ reason, number, last }: Gap): number {
  return reason === 'damaged' ? last - number + 1 : 0;
}

function onlyDestination({ destinations }: Config): string {
  const [first, ...rest] = destinations.map(({ name }) => name);
  if (first === undefined) throw new UsageError(say.noDestination());
  if (rest.length > 0) throw new UsageError(say.chooseDestination({ known: listed([first, ...rest]) }));
  return first;
}
