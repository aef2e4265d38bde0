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

export interface DownlinkContent {
  /** Acknowledges the uplink with this counter. */
  readonly ackOf?: number | undefined;
  /** The most important first; those without room are left out. */
  readonly macCommands: readonly ServerMacCommand[];
  readonly data?: { readonly port: number; readonly payload: Uint8Array; readonly confirmed: boolean } | undefined;
  /** More is waiting: the device may want to send again soon. */
  readonly fPending: boolean;
}

export interface Downlink {
  /** PHYPayload. */
  readonly bytes: Uint8Array;
  readonly fCnt: number;
  /** The counters after it. */
  readonly counters: Counters;
}

export function composeDownlink(content: DownlinkContent, session: Session, counters: Counters): Downlink {
  const { ackOf, data, fPending } = content;
  const { devAddr, keys } = session;
  const isApp = isOneOne(session) && data !== undefined;
  const fCnt = isApp ? counters.appDown : counters.down;
  const commands = fOptsOf(content.macCommands);
  const fOpts =
    isOneOne(session) && commands.length > 0
      ? cryptFOpts(
          keys.nwkSEncKey,
          { direction: 'down', devAddr, fCnt, ...(data !== undefined && { fPort: data.port }) },
          commands,
        )
      : commands;
  const message = encodeDataFrame({
    type: data?.confirmed ? 'confirmed-data-down' : 'unconfirmed-data-down',
    devAddr,
    adr: true,
    adrAckReq: false,
    ack: ackOf !== undefined,
    classB: false,
    fPending,
    fCnt16: fCnt & 0xffff,
    fOpts,
    ...(data !== undefined && { fPort: data.port }),
    payload: data === undefined ? new Uint8Array(0) : cryptPayload(keys.appSKey, 'down', devAddr, fCnt, data.payload),
  });
  const mic = isOneOne(session)
    ? downlinkMic11(keys.sNwkSIntKey, message, fCnt, ackOf ?? 0)
    : downlinkMic10(keys.fNwkSIntKey, message, fCnt);
  return {
    bytes: appendMic(message, mic),
    fCnt,
    counters: {
      ...counters,
      ...(isApp ? { appDown: fCnt + 1 } : { down: fCnt + 1 }),
      ...(data?.confirmed && { confirmed: [fCnt, ...counters.confirmed].slice(0, maxConfirmed) }),
    },
  };
}

/** Bytes that the commands take in a frame. */
export function fOptsLength(commands: readonly ServerMacCommand[]): number {
  return fOptsOf(commands).length;
}

function fOptsOf(commands: readonly ServerMacCommand[]): Uint8Array {
  const bytes: number[] = [];
  for (const command of commands) {
    const encoded = encodeMacCommand(command);
    if (bytes.length + encoded.length <= maxFOptsBytes) bytes.push(...encoded);
  }
  return Uint8Array.from(bytes);
}
