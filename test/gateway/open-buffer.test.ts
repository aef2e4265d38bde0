import { expect, test } from 'vitest';
import { readConfig } from '../../gateway/config/config.ts';
import { DeviceTable } from '../../gateway/intake/device-table.ts';
import { bufferOptionsOf } from '../../gateway/open-buffer.ts';
import type { Reading, ReadingKind } from '../../shared/reading.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { LogBook } from './machine/log-book.ts';

/** Three municipalities share a gateway; the prefecture sees everyone's alarms. */
const SHARED = `
gateway = { id = "gateway-01", tenant = "takamatsu" }
port = [{ name = "devices", type = "mqtt" }]
device = [
  { id = "kokubunji", group = "rivers", type = "line", port = "devices", topic = "a", profile = "level-json" },
  { id = "quay", group = "tide", type = "line", port = "devices", topic = "b", profile = "level-json" },
  { id = "miki", tenant = "miki", type = "line", port = "devices", topic = "c", profile = "level-json" },
]
destination = [
  { name = "own", type = "city-os", url = "mqtt://own.example" },
  { name = "tide", type = "city-os", url = "mqtt://tide.example", groups = ["tide"] },
  { name = "miki", type = "city-os", url = "mqtt://own.example", tenant = "miki" },
  { name = "prefecture", type = "city-os", url = "mqtt://pref.example", kinds = ["alarm"], tenants = ["takamatsu", "miki"] },
]
`;

function outboxesOf(toml: string) {
  const result = readConfig(toml, 'gateway.toml');
  if (!result.ok) throw new Error(result.faults[0]?.what.en);
  const diskSpace = () => ({ freeBytes: 1, totalBytes: 1 });
  const surroundings = { clock: new VirtualClock(), log: new LogBook(), boot: 'boot-1', diskSpace };
  return bufferOptionsOf(result.config, { ...surroundings, devices: new DeviceTable(result.config) }).outboxes;
}

/** The destinations that take a reading. */
function takersOf(device: string, kind: ReadingKind): string[] {
  const outboxes = outboxesOf(SHARED);
  const reading = { device, kind, observedAt: 0, values: {} } as Reading; // filters look at device and kind alone
  return outboxes.filter((outbox) => outbox.accepts(reading)).map(({ name }) => name);
}

test("a tenant's readings go to the destinations of that tenant, and to those that name it", () => {
  expect(takersOf('kokubunji', 'water-level')).toEqual(['own']);
  expect(takersOf('quay', 'water-level')).toEqual(['own', 'tide']);
  expect(takersOf('miki', 'water-level')).toEqual(['miki']);
  expect(takersOf('miki', 'alarm')).toEqual(['miki', 'prefecture']);
  expect(takersOf('kokubunji', 'alarm')).toEqual(['own', 'prefecture']);
});

test("a destination that takes only projects' readings gets no more of the buffer than they may use, whatever they are called", () => {
  const outboxes = outboxesOf(`
gateway = { id = "gateway-01", tenant = "toyama" }
port = [{ name = "lora", type = "lorawan-udp" }]
project = [{ name = "soil", quota = "10MB" }, { name = "snow", quota = "5MB" }]
destination = [
  { name = "own", type = "city-os", url = "mqtt://own.example" },
  { name = "soil", type = "city-os", url = "mqtt://a.example", tenant = "soil" },
  { name = "named", type = "city-os", url = "mqtt://b.example", tenants = ["soil"] },
  { name = "both", type = "city-os", url = "mqtt://c.example", tenants = ["soil", "snow"] },
  { name = "all", type = "city-os", url = "mqtt://d.example", tenants = ["toyama", "soil"] },
]
`);
  expect(Object.fromEntries(outboxes.map(({ name, maxBytes }) => [name, maxBytes]))).toEqual({
    own: undefined,
    soil: 10_000_000,
    named: 10_000_000,
    both: 15_000_000,
    all: undefined,
  });
});
