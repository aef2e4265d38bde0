/** The profiles that ship with `modbus`, each from its maker's register map. */

/**
 * Keller series 30 level probes. Source: Keller, Communication protocol series 30, §4.9 "MODBUS register map": function
 * 3, float32 with the high word first, 0x0002 = P1 in bar, 0x0006 = temperature in °C; an error of a channel gives NaN.
 * 1 bar is 10.19716 m of water at 1000 kg/m³ and 9.80665 m/s².
 */
const keller30 = {
  kind: 'water-level',
  registers: [
    { quantity: 'pressure', function: 3, address: 0x0002, type: 'float32', scale: 100_000, unit: 'Pa' },
    { quantity: 'level', function: 3, address: 0x0002, type: 'float32', scale: 10.19716, unit: 'm' },
    { quantity: 'temperature', function: 3, address: 0x0006, type: 'float32', unit: 'Cel' },
  ],
};

/** A two-way people counter with running 32-bit totals in its input registers: in at 0, out at 2. */
const peopleCounter2Way = {
  kind: 'people-count',
  registers: [
    { quantity: 'enteredTotal', function: 4, address: 0x0000, type: 'uint32', unit: 'count' },
    { quantity: 'leftTotal', function: 4, address: 0x0002, type: 'uint32', unit: 'count' },
  ],
  counters: { entered: 'enteredTotal', left: 'leftTotal', rollOver: 2 ** 32 },
};

export const shippedProfiles = { 'keller-30': keller30, 'people-counter-2way': peopleCounter2Way };
