/** The part of the Host Controller Interface that a detector needs. Source: Bluetooth Core Spec Vol 4 Part E. */

/** §7.7 */
export const LE_META = 0x3e;
export const EVENT = { commandComplete: 0x0e, commandStatus: 0x0f, hardwareError: 0x10 } as const;
/** §7.7.65 */
export const SUBEVENT = { advertising: 0x02, extendedAdvertising: 0x0d } as const;

export interface HciCommand {
  readonly name: string;
  readonly opcode: number;
  readonly parameters: readonly number[];
}

/**
 * Turns a controller into a detector: reset (§7.3.2), event mask with LE meta events (§7.3.1, bit 61), LE event mask with
 * both kinds of report (§7.8.1, bits 1 and 12), continuous passive scanning (§7.8.10: window = interval = 60 ms), and scan
 * enable without duplicate filter (§7.8.11).
 */
export const SET_UP: readonly HciCommand[] = [
  { name: 'Reset', opcode: 0x0c03, parameters: [] },
  { name: 'Set Event Mask', opcode: 0x0c01, parameters: [0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00, 0x20] },
  { name: 'LE Set Event Mask', opcode: 0x2001, parameters: [0x02, 0x10, 0, 0, 0, 0, 0, 0] },
  { name: 'LE Set Scan Parameters', opcode: 0x200b, parameters: [0, 0x60, 0, 0x60, 0, 0, 0] },
  { name: 'LE Set Scan Enable', opcode: 0x200c, parameters: [1, 0] },
];

/** A command as H4 carries it: §5.4.1. */
export function encodeCommand({ opcode, parameters }: HciCommand): Uint8Array {
  return Uint8Array.of(0x01, opcode & 0xff, opcode >>> 8, parameters.length, ...parameters);
}
