/**
 * A downlink for a device: its content, put into a frame that the device can verify and decrypt. Pure.
 *
 * Sources: LoRaWAN 1.0.4 (TS001) §4.3, §4.4; 1.1 §4.3, §4.4, which counts application downlinks separately and encrypts MAC
 * commands.
 */
import { cryptFOpts, cryptPayload, downlinkMic10, downlinkMic11 } from './data-security.ts';
import { encodeMacCommand, type ServerMacCommand } from './mac-codec.ts';
import { appendMic, encodeDataFrame, maxFOptsBytes } from './phy-payload.ts';
import { type Counters, isOneOne, type Session } from './session.ts';

/** A device may acknowledge late, or again, after further confirmed downlinks that it did not hear. */
const maxConfirmed = 4;
/** DevAddr, FCtrl and FCnt. */
const headerBytes = 7;

/** Commands that only make sense together, such as the LinkADRReqs of one channel mask (1.0.4 §5.3): all of them go, or none. */
export type CommandBlock = readonly ServerMacCommand[];

export interface DownlinkContent {
  /** Acknowledges the uplink with this counter. */
  readonly ackOf?: number | undefined;
  /** The most important first; those without room are left out. */
  readonly blocks: readonly CommandBlock[];
  readonly data?: { readonly port: number; readonly payload: Uint8Array; readonly confirmed: boolean } | undefined;
  /** More is waiting: the device may want to send again soon. */
  readonly fPending: boolean;
}

export interface Downlink {
  /** PHYPayload. */
  readonly bytes: Uint8Array;
  readonly fCnt: number;
  /** The blocks that it carries. */
  readonly sent: readonly CommandBlock[];
  /** The counters after it. */
  readonly counters: Counters;
}

/** `maxMacPayload`: bytes that the receive window allows (M in RP002). The caller chooses data that fits into it. */
export function composeDownlink(
  content: DownlinkContent,
  session: Session,
  counters: Counters,
  maxMacPayload: number,
): Downlink {
  const { ackOf, data, fPending } = content;
  const { devAddr, keys } = session;
  const isApp = isOneOne(session) && data !== undefined;
  const fCnt = isApp ? counters.appDown : counters.down;
  const { sent, isPayload } = placed(content, maxMacPayload);
  const commands = bytesOf(sent.flat());
  const fPort = isPayload ? 0 : data?.port;
  const fOpts =
    isOneOne(session) && commands.length > 0 && !isPayload
      ? cryptFOpts(
          keys.nwkSEncKey,
          { direction: 'down', devAddr, fCnt, ...(fPort !== undefined && { fPort }) },
          commands,
        )
      : commands;
  const [key, payload] = isPayload ? [keys.nwkSEncKey, commands] : [keys.appSKey, data?.payload ?? new Uint8Array(0)];
  const message = encodeDataFrame({
    type: data?.confirmed ? 'confirmed-data-down' : 'unconfirmed-data-down',
    devAddr,
    adr: true,
    adrAckReq: false,
    ack: ackOf !== undefined,
    classB: false,
    fPending,
    fCnt16: fCnt & 0xffff,
    fOpts: isPayload ? new Uint8Array(0) : fOpts,
    ...(fPort !== undefined && { fPort }),
    payload: fPort === undefined ? new Uint8Array(0) : cryptPayload(key, 'down', devAddr, fCnt, payload),
  });
  const mic = isOneOne(session)
    ? downlinkMic11(keys.sNwkSIntKey, message, fCnt, ackOf ?? 0)
    : downlinkMic10(keys.fNwkSIntKey, message, fCnt);
  return {
    bytes: appendMic(message, mic),
    fCnt,
    sent,
    counters: {
      ...counters,
      ...(isApp ? { appDown: fCnt + 1 } : { down: fCnt + 1 }),
      ...(data?.confirmed && { confirmed: [fCnt, ...counters.confirmed].slice(0, maxConfirmed) }),
    },
  };
}

/** Bytes that the commands take in a frame. */
export function commandBytes(commands: readonly ServerMacCommand[]): number {
  return bytesOf(commands).length;
}

/**
 * Which blocks go, and where: in FOpts, or, if they are too long for that and there is no data, as the payload on FPort 0
 * (1.0.4 §5).
 */
function placed(
  { blocks, data }: DownlinkContent,
  maxMacPayload: number,
): { readonly sent: readonly CommandBlock[]; readonly isPayload: boolean } {
  const afterHeader = maxMacPayload - headerBytes;
  const inFOpts = fitting(
    blocks,
    Math.min(maxFOptsBytes, afterHeader - (data === undefined ? 0 : 1 + data.payload.length)),
  );
  if (data !== undefined || inFOpts.length === blocks.length) return { sent: inFOpts, isPayload: false };
  const inPayload = fitting(blocks, afterHeader - 1);
  const isPayload = inPayload.length > inFOpts.length;
  return { sent: isPayload ? inPayload : inFOpts, isPayload };
}

function fitting(blocks: readonly CommandBlock[], room: number): readonly CommandBlock[] {
  const fit: CommandBlock[] = [];
  let left = room;
  for (const block of blocks) {
    const bytes = commandBytes(block);
    if (bytes > left) continue;
    fit.push(block);
    left -= bytes;
  }
  return fit;
}

function bytesOf(commands: readonly ServerMacCommand[]): Uint8Array {
  return Uint8Array.from(commands.flatMap((command) => [...encodeMacCommand(command)]));
}
