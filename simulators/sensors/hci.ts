/**
 * The controller's side of HCI over UART (H4: Core Specification Vol 4 Part A; commands and events: Part E): from bytes to
 * commands and from events to bytes. Holds at most one command (`maxCommandBytes`); bytes that begin none are skipped.
 */

const COMMAND_PACKET = 0x01;
const EVENT_PACKET = 0x04;
const COMMAND_HEADER_BYTES = 4;
const maxCommandBytes = COMMAND_HEADER_BYTES + 255;

const COMMAND_COMPLETE = 0x0e;
const LE_META = 0x3e;
const ADVERTISING_REPORT = 0x02;
const EXTENDED_ADVERTISING_REPORT = 0x0d;
const maxEventParameterBytes = 255;

export interface HciCommand {
  readonly opcode: number;
  readonly parameters: Uint8Array;
}

export interface Advertisement {
  /** As people write it: most significant byte first. */
  readonly address: Uint8Array;
  readonly isRandomAddress: boolean;
  /** dBm. */
  readonly rssi: number;
  readonly payload: Uint8Array;
}

/** Cuts the host's bytes into commands. */
export function commandFramer(): (bytes: Uint8Array) => readonly HciCommand[] {
  let held = new Uint8Array(0);
  return (bytes) => {
    const commands: HciCommand[] = [];
    held = Uint8Array.of(...held, ...bytes);
    for (;;) {
      const start = held.indexOf(COMMAND_PACKET);
      held = start < 0 ? new Uint8Array(0) : held.slice(start);
      const length = COMMAND_HEADER_BYTES + (held[3] ?? maxCommandBytes);
      if (held.length < length) return commands;
      commands.push({
        opcode: (held[1] ?? 0) | ((held[2] ?? 0) << 8),
        parameters: held.slice(COMMAND_HEADER_BYTES, length),
      });
      held = held.slice(length);
    }
  };
}

/** Command Complete (Part E §7.7.14): allows one more command; the status is the first return parameter. */
export function commandComplete(opcode: number, status: number, returned: readonly number[] = []): Uint8Array {
  return event(COMMAND_COMPLETE, [0x01, opcode & 0xff, opcode >>> 8, status, ...returned]);
}

/** What a controller says when it has started: one more command is allowed, and none was completed. */
export function readyAgain(): Uint8Array {
  return event(COMMAND_COMPLETE, [0x01, 0x00, 0x00]);
}

/** Hardware Error (§7.7.16). */
export function hardwareError(code: number): Uint8Array {
  return event(0x10, [code]);
}

/** An event of the maker's own (§5.4.4), as some firmware sends unasked. */
export function vendorEvent(...parameters: readonly number[]): Uint8Array {
  return event(0xff, parameters);
}

/** The 64 octets of Read Local Supported Commands (§6.27); of all commands only those for extended scanning are marked. */
export function supportedCommands(hasExtendedScan: boolean): readonly number[] {
  return Array.from({ length: 64 }, (_, octet) => (hasExtendedScan && octet === 37 ? 0x60 : 0x00));
}

/**
 * LE Advertising Report events (§7.7.65.2), each with as many reports as fit, none of them directed or a scan response:
 * event type 3 is non-connectable undirected. Each report is complete before the next begins, as controllers send them.
 */
export function advertisingReports(advertisements: readonly Advertisement[]): readonly Uint8Array[] {
  const events: number[][][] = [];
  let room = 0;
  for (const { address, isRandomAddress, payload, rssi } of advertisements) {
    const report = [
      0x03,
      isRandomAddress ? 0x01 : 0x00,
      ...address.toReversed(),
      payload.length,
      ...payload,
      rssi & 0xff,
    ];
    if (report.length > room) {
      events.push([]);
      room = maxEventParameterBytes - 2;
    }
    events.at(-1)?.push(report);
    room -= report.length;
  }
  return events.map((reports) => event(LE_META, [ADVERTISING_REPORT, reports.length, ...reports.flat()]));
}

/**
 * An LE Extended Advertising Report event (§7.7.65.13) with one report: a legacy ADV_NONCONN_IND PDU (event type 0x0010) on
 * the 1M PHY, without power and periodic advertising.
 */
export function extendedReport(advertisement: Advertisement): Uint8Array {
  const { address, isRandomAddress, payload, rssi } = advertisement;
  return event(LE_META, [
    ...[EXTENDED_ADVERTISING_REPORT, 0x01],
    ...[0x10, 0x00], // event type
    ...[isRandomAddress ? 0x01 : 0x00, ...address.toReversed()],
    ...[0x01, 0x00], // primary PHY 1M, no secondary
    ...[0xff, 0x7f, rssi & 0xff], // set id, transmit power
    ...[0x00, 0x00, 0x00, 0, 0, 0, 0, 0, 0], // periodic interval, direct address
    ...[payload.length, ...payload],
  ]);
}

function event(code: number, parameters: readonly number[]): Uint8Array {
  return Uint8Array.of(EVENT_PACKET, code, parameters.length, ...parameters);
}
