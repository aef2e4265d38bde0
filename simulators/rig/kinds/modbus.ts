/** Units of a Modbus bus, or behind one Modbus TCP address: a level probe, a people counter, and registers of any make. */
import * as v from 'valibot';
import type { Clock } from '../../../shared/clock.ts';
import { duration } from '../../../shared/duration.ts';
import { READING_KINDS } from '../../../shared/reading.ts';
import { filled, finite, oneOf, setting, whole } from '../../../shared/setting.ts';
import { registersUnit } from '../../sensors/modbus-registers.ts';
import { simulateModbus } from '../../sensors/modbus-slave.ts';
import {
  COUNTER_UNIT_FAULTS,
  counterUnit,
  KELLER_FAULTS,
  kellerUnit,
  MODBUS_UNIT_FAULTS,
  type ModbusUnit,
} from '../../sensors/modbus-units.ts';
import { MODBUS_RTU } from '../../wires/faults.ts';
import { aboveZero, someOf } from '../common-settings.ts';
import { type Conflict, type KindDevice, type Opened, type RigKind, rigKind } from '../kind.ts';
import { type SenseSettings, senseSettings } from '../senses.ts';
import { crowdOf, PEOPLE } from './crowd.ts';
import { say } from './words.ts';

const unit = setting(whole(1, 247), say.unit());
const delayMs = v.optional(setting(duration(0, 10_000), say.delay()), '20ms');
const interval = v.optional(setting(duration(100), say.pollInterval()), '2s');
const framing = v.optional(setting(oneOf(['rtu', 'tcp']), say.framing()), 'rtu');
const common = { unit, delayMs, intervalMs: interval, framing };
const maxOnLine = 32;

const probeSettings = v.strictObject({
  ...common,
  levelOffset: v.optional(setting(finite, say.levelOffset()), 0),
});
const counterSettings = v.strictObject(common);
const registersSettings = v.strictObject({
  ...common,
  reading: v.optional(setting(oneOf(READING_KINDS), say.readingKind()), 'measurement'),
  register: setting(
    someOf(
      v.strictObject({
        quantity: setting(filled, say.fieldQuantity()),
        address: setting(whole(0, 65_535), say.address()),
        type: v.optional(
          setting(oneOf(['uint16', 'int16', 'uint32', 'int32', 'float32']), say.registerType()),
          'float32',
        ),
        scale: v.optional(setting(aboveZero, say.registerScale()), 1),
        value: v.optional(setting(senseSettings, say.fieldValue()), { is: 'constant', value: 0 }),
      }),
      32,
    ),
    say.registers(),
  ),
});

const flood: SenseSettings = { is: 'flood', scale: 1, offset: 0, noise: 0, seed: undefined };
const weather: SenseSettings = { is: 'weather', scale: 1, offset: 0, noise: 0 };

interface UnitSettings {
  readonly unit: number;
  readonly delayMs: number;
  readonly intervalMs: number;
  readonly framing: 'rtu' | 'tcp';
}

/** Of one bus, whatever their kinds. */
const bus = {
  bus: 'modbus',
  maxOnLine,
  open(devices: readonly KindDevice<UnitSettings>[], { clock }: Parameters<RigKind['open']>[1]): Opened {
    const units = devices.map((device) => ({ device, ...unitOf(device, clock) }));
    const simulator = simulateModbus({
      clock,
      units: units.map(({ unit }) => unit),
      framing: devices[0]?.settings.framing ?? 'rtu',
      delayMs: () => Math.max(...devices.map(({ settings }) => settings.delayMs)),
    });
    return {
      simulator,
      shape: MODBUS_RTU,
      isPolled: true,
      devices: units.map(({ unit, profile, more, device: { settings } }) => ({
        sent: unit.sent,
        configured: {
          type: 'modbus',
          settings: {
            unit: unit.unit,
            profile,
            interval: `${settings.intervalMs}ms`,
            framing: settings.framing,
            ...more,
          },
        },
      })),
    };
  },
  conflict(devices: readonly { readonly id: string; readonly settings: UnitSettings }[]): Conflict | undefined {
    const twice = devices.findIndex(({ settings }, i) =>
      devices.slice(0, i).some((other) => other.settings.unit === settings.unit),
    );
    const { id, settings } = devices[twice] ?? {};
    if (id === undefined || settings === undefined) return undefined;
    const what = say.sameUnit({ id, unit: settings.unit });
    return { device: twice, setting: 'unit', what, hint: say.otherUnit() };
  },
};

interface Unit {
  readonly unit: ModbusUnit;
  /** A gateway's profile: its name, or what it is. */
  readonly profile: unknown;
  readonly more: Readonly<Record<string, unknown>>;
}

function unitOf(device: KindDevice<UnitSettings>, clock: Clock): Unit {
  const { quantities, faults, settings } = device;
  const at = (name: string) => (seconds: number) => quantities[name]?.at(seconds) ?? 0;
  if (isOf(device, probeSettings, 'modbus-level')) {
    const { levelOffset } = device.settings;
    const depthM = (seconds: number) => at('level')(seconds) - levelOffset;
    const unit = kellerUnit({ unit: settings.unit, depthM, temperatureCel: at('temperature'), faults });
    return { unit, profile: 'keller-30', more: { levelOffsetM: levelOffset } };
  }
  if (isOf(device, registersSettings, 'modbus-registers')) {
    const { register, reading: kind } = device.settings;
    const unit = registersUnit({
      ...{ unit: settings.unit, kind, faults },
      registers: register.map(({ quantity, ...each }) => ({ ...each, value: at(quantity) })),
    });
    const registers = register.map(({ value, ...each }) => ({ ...each, function: 3 }));
    return { unit, profile: { kind, registers }, more: {} };
  }
  const unit = counterUnit({ clock, unit: settings.unit, crowd: crowdOf(quantities), faults });
  return { unit, profile: 'people-counter-2way', more: {} };
}

const probeKind = rigKind<typeof probeSettings>({
  name: 'modbus-level',
  meaning: say.modbusLevel(),
  settings: probeSettings,
  quantities: {
    level: { meaning: say.level(), unit: 'm', otherwise: flood },
    temperature: { meaning: say.temperature(), unit: 'Cel', otherwise: weather },
  },
  faults: KELLER_FAULTS,
  nth: nextUnit,
  ...bus,
});

const counterKind = rigKind<typeof counterSettings>({
  name: 'modbus-counter',
  meaning: say.modbusCounter(),
  settings: counterSettings,
  quantities: PEOPLE,
  faults: COUNTER_UNIT_FAULTS,
  nth: nextUnit,
  ...bus,
});

const registersKind = rigKind<typeof registersSettings>({
  name: 'modbus-registers',
  meaning: say.modbusRegisters(),
  settings: registersSettings,
  quantities: {},
  worlds: ({ register }, { open }) =>
    Object.fromEntries(register.map(({ quantity, value }) => [quantity, open(value, quantity)])),
  faults: MODBUS_UNIT_FAULTS,
  nth: nextUnit,
  ...bus,
});

export const modbusKinds = [probeKind, counterKind, registersKind];

function nextUnit<S extends UnitSettings>(settings: S, n: number): S {
  return { ...settings, unit: settings.unit + n };
}

function isOf<S extends v.GenericSchema>(
  device: KindDevice<unknown>,
  _schema: S,
  kind: string,
): device is KindDevice<v.InferOutput<S>> {
  return device.kind === kind;
}
