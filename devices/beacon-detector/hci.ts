/** The part of the Host Controller Interface that a detector needs. Source: Bluetooth Core Spec Vol 4 Part E. */

/** §7.7 */
export const LE_META = 0x3e;
export const VENDOR_EVENT = 0xff;
export const EVENT = { commandComplete: 0x0e, commandStatus: 0x0f, hardwareError: 0x10 } as const;
/** §7.7.65 */
export const SUBEVENT = { advertising: 0x02, extendedAdvertising: 0x0d } as const;

export interface HciCommand {
  readonly name: string;
  readonly opcode: number;
  readonly parameters: readonly number[];
}

/** §7.3.2 */
export const RESET: HciCommand = { name: 'Reset', opcode: 0x0c03, parameters: [] };
/** §7.4.2: which commands the controller has. */
export const READ_COMMANDS: HciCommand = { name: 'Read Local Supported Commands', opcode: 0x1002, parameters: [] };

/**
 * What comes before scanning: reset, event mask with LE meta events (§7.3.1, bit 61), LE event mask with both kinds of report (§7.8.1,
 * bits 1 and 12).
 */
export const PREPARE: readonly HciCommand[] = [
  RESET,
  { name: 'Set Event Mask', opcode: 0x0c01, parameters: [0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00, 0x20] },
  { name: 'LE Set Event Mask', opcode: 0x2001, parameters: [0x02, 0x10, 0, 0, 0, 0, 0, 0] },
  READ_COMMANDS,
];

/** How scanning is set up and switched on, and how it is switched off. */
export interface Scan {
  readonly start: readonly HciCommand[];
  readonly stop: HciCommand;
}

/** Continuous passive scanning: window = interval = 60 ms, in units of 0.625 ms, low byte first. */
const CONTINUOUS = [0, 0x60, 0, 0x60, 0];
const byteOf = (flag: boolean) => (flag ? 1 : 0);

/** §7.8.10, §7.8.11. Extended advertisements are not heard. */
export function legacyScan(filtersDuplicates: boolean): Scan {
  const enable = { name: 'LE Set Scan Enable', opcode: 0x200c } as const;
  return {
    start: [
      { name: 'LE Set Scan Parameters', opcode: 0x200b, parameters: [...CONTINUOUS, 0, 0] },
      { ...enable, parameters: [1, byteOf(filtersDuplicates)] },
    ],
    stop: { ...enable, parameters: [0, 0] },
  };
}

/** §7.8.64, §7.8.65: on the 1M PHY alone, without end. Scanning the coded PHY too would halve the time for all others. */
export function extendedScan(filtersDuplicates: boolean): Scan {
  const enable = { name: 'LE Set Extended Scan Enable', opcode: 0x2042 } as const;
  return {
    start: [
      { name: 'LE Set Extended Scan Parameters', opcode: 0x2041, parameters: [0, 0, 0x01, ...CONTINUOUS] },
      { ...enable, parameters: [1, byteOf(filtersDuplicates), 0, 0, 0, 0] },
    ],
    stop: { ...enable, parameters: [0, 0, 0, 0, 0, 0] },
  };
}

/** Octet 37 of the supported commands (§6.27): LE Set Extended Scan Parameters and LE Set Extended Scan Enable. */
const EXTENDED_OCTET = 37;
const EXTENDED_BITS = 0b0110_0000;

/** `returned`: the return parameters of Read Local Supported Commands, behind the status. */
export function hasExtendedScan(returned: Uint8Array): boolean {
  return ((returned[EXTENDED_OCTET] ?? 0) & EXTENDED_BITS) === EXTENDED_BITS;
}

/** A command as H4 carries it: §5.4.1. */
export function encodeCommand({ opcode, parameters }: HciCommand): Uint8Array {
  return Uint8Array.of(0x01, opcode & 0xff, opcode >>> 8, parameters.length, ...parameters);
}
