/**
 * Recordings for `machimori decode`: of lines for device types, of networks for lorawan.
 *
 * Only what the device said is decoded, unless another direction is asked for. A type that asks first (Modbus) gets both, each cut into
 * frames of its own, since only the question tells what an answer holds.
 */
import { MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { framesOf } from '../recording/forwarder-packets.ts';
import { unpack } from '../recording/packets.ts';
import type { CapturedPacket, Direction, Recorded } from '../recording/recorded.ts';
import type { Recording, RecordingFormat } from '../recording/recording.ts';
import { DamageTeller } from './damage-teller.ts';
import { Decoding } from './decoding.ts';
import type { LineAnswers } from './line-answers.ts';
import type { Terminal } from './terminal.ts';
import { ADVERTISEMENT } from './verbs/decode.ts';
import { say } from './words/recording.ts';

export type Asked = Direction | 'both' | undefined;

export type Run = Decoding | LineAnswers;

/** `startedAt`: the first moment of a recording that has a clock, epoch ms. */
export type MakeRun = (startedAt?: number) => Run;

/** A log of gpsd is one for whoever reads NMEA: to other types those first bytes may be their own. Advertisements are lines of text. */
export function isRecordingOf(type: string, format: RecordingFormat): boolean {
  return type !== ADVERTISEMENT && (format !== 'gpsd-log' || type === 'nmea');
}

export interface DecodeOptions {
  readonly make: MakeRun;
  readonly asked: Asked;
  readonly file: string;
  readonly terminal: Terminal;
}

/** What is damaged or cannot be read is told. Throws a MachimoriError: "no-line", "no-network" if all of it is the other. */
export async function decodeRecording(
  { entries, hasClock }: Recording,
  { make, asked, file, terminal }: DecodeOptions,
): Promise<Run> {
  let run: Run | undefined;
  const damage = new DamageTeller(file, terminal);
  const network = new ForwarderPackets(asked);
  const count = { records: 0, packets: 0 };
  for await (const entry of entries) {
    if ('damage' in entry) damage.tell(entry.damage);
    else if ('record' in entry) {
      count.records++;
      run ??= make(hasClock ? entry.record.at : undefined);
      if (run instanceof Decoding && isAsked(entry.record, asked, run)) run.record(entry.record, hasClock);
    } else {
      count.packets++;
      run ??= make(hasClock ? entry.packet.at : undefined);
      if (!(run instanceof Decoding)) for (const line of network.linesOf(entry.packet)) run.bytes(line);
    }
  }
  damage.end();
  for (const said of network.said()) terminal.printError(said);
  const done = run ?? make();
  refuseOther(done, count, file);
  return done;
}

function refuseOther(
  run: Run,
  { records, packets }: { readonly records: number; readonly packets: number },
  on: string,
) {
  if (run instanceof Decoding && records === 0 && packets > 0) {
    const what = say.networkPackets({ count: packets });
    throw new MachimoriError('no-line', { what, on, hint: say.decodeNetwork() });
  }
  if (!(run instanceof Decoding) && packets === 0 && records > 0) {
    throw new MachimoriError('no-network', { what: say.noNetwork(), on, hint: say.takeNetwork() });
  }
}

function isAsked({ direction }: Recorded, asked: Asked, { type }: Decoding): boolean {
  const wanted = asked ?? (type.asksFirst ? 'both' : 'from-device');
  return wanted === 'both' || direction === wanted;
}

/** The LoRaWAN frames of packet forwarders, as lines for `decode lorawan`; what could not be read is counted. */
class ForwarderPackets {
  readonly #asked: Asked;
  #fragments = 0;
  #cut = 0;
  #broken = 0;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  linesOf({ linkType, bytes }: CapturedPacket): readonly Uint8Array[] {
    const datagram = unpack(linkType, bytes);
    if (datagram === 'fragment') this.#fragments++;
    else if (datagram === 'cut') this.#cut++;
    if (typeof datagram === 'string') return [];
    const found = framesOf(datagram.bytes);
    if (found === 'broken') this.#broken++;
    if (typeof found === 'string') return [];
    if (this.#asked !== undefined && this.#asked !== 'both' && this.#asked !== found.direction) return [];
    return found.frames.map((data) => {
      const phy = Buffer.from(data, 'base64').toString('hex'); // some base64 can be read as hexadecimal
      return Buffer.from(`${JSON.stringify({ phy })}\n`);
    });
  }

  said(): readonly Text[] {
    return [
      ...(this.#fragments > 0 ? [say.fragments({ count: this.#fragments })] : []),
      ...(this.#cut > 0 ? [say.cutPackets({ count: this.#cut })] : []),
      ...(this.#broken > 0 ? [say.brokenDatagrams({ count: this.#broken })] : []),
    ];
  }
}
