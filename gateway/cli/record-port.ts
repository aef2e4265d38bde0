/** `machimori record --config`: the bytes of a running gateway's port, both ways, as they come to it and go. */
import { hexBytes } from '../../shared/hex.ts';
import { type RecordLine, readRecordLine } from '../../shared/live-frames.ts';
import { askIfRunning, readLines } from '../control/client.ts';
import { notRunning } from '../control/messages.ts';
import { readVersion } from '../machine/release.ts';
import { RecordingWriter } from '../recording/recording-writer.ts';
import { loadConfig } from './input.ts';
import { RecordCounts } from './record-counts.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';
import { say } from './words/recording.ts';

export interface PortRecording {
  readonly config: string;
  readonly port: string;
  readonly file: string;
  readonly mayPersonal: boolean;
  readonly maxBytes: number;
  readonly seconds: number | undefined;
  readonly terminal: Terminal;
}

/** Returns the exit code. Throws a MachimoriError: what the action "record-port" and `RecordingWriter` throw. */
export async function recordPort(asked: PortRecording): Promise<number> {
  const { port, file, maxBytes, mayPersonal, seconds, terminal } = asked;
  const config = loadConfig(asked.config, terminal);
  if (config === undefined) return 1;
  const stop = stopSignal(seconds);
  const done = await askIfRunning(config, async (ask) => {
    const lines = readLines(ask('record-port', { port, mayPersonal }));
    const first = await lines.next(); // refused before there is a file
    if (first.done === true) return 1;
    const line = { name: `${config.gateway.id} ${port}`, settings: '' };
    const writer = await RecordingWriter.open(file, { line, application: `machimori ${readVersion()}`, maxBytes });
    const counts = new RecordCounts(terminal);
    counts.opened();
    try {
      for await (const each of untilStopped(lines, stop)) {
        const told = readRecordLine(each);
        if (told !== undefined) take(told, writer, counts, terminal);
        if (writer.isFull || writer.fault !== undefined) break;
      }
    } finally {
      await counts.end(writer, file);
    }
    return 0;
  });
  if (done === undefined) throw notRunning(config.gateway.id);
  process.exit(done.answer); // the gateway, which is not read any more, would keep the process
}

function take(told: RecordLine, writer: RecordingWriter, counts: RecordCounts, terminal: Terminal): void {
  if ('raw' in told) {
    const { at, direction, hex } = told.raw;
    const recorded = { at, direction, bytes: hexBytes(hex) };
    if (writer.append(recorded)) counts.add(recorded);
  }
  if ('missed' in told) {
    writer.missed(Date.now(), told.missed);
    terminal.printError(say.missed({ count: told.missed }));
  }
  if ('ended' in told) terminal.printError(told.ended === 'time' ? say.timeOver() : say.portEnded());
}
