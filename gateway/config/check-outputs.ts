/** What cannot be meant of outputs on the spot: a port that is not theirs alone, alarms and devices that are not there. */
import { LOW_BATTERY, SILENT } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { suggestedName } from '../words/suggestion.ts';
import { say } from './output-words.ts';
import type { Config } from './settings.ts';

export function checkOutputs(config: Config): Fault[] {
  return config.outputs.flatMap((output, i) => [
    ...(output.outputType.check?.(output.settings, ['output', i]) ?? []),
    ...checkPort(config, i),
    ...checkNames(config, i),
  ]);
}

function checkPort({ outputs, ports, devices }: Config, index: number): Fault[] {
  const at: Path = ['output', index, 'port'];
  const wanted = outputs[index]?.port;
  if (wanted === undefined) return [];
  const port = ports.find(({ name }) => name === wanted);
  if (port === undefined) {
    const names = ports.map(({ name }) => name);
    return [fault(at, say.noPort({ port: wanted }), suggestedName(wanted, names, say.addPort()))];
  }
  if (port.portType.shape !== 'stream') return [fault(at, say.portShape({ port: wanted }), say.ownPort())];
  const isShared =
    devices.some((device) => device.port === wanted) || outputs.some((each, i) => i < index && each.port === wanted);
  return isShared ? [fault(at, say.portShared({ port: wanted }), say.ownPort())] : [];
}

/** Alarms of registered LoRaWAN devices are not known here. */
function checkNames({ outputs, devices, lorawanProfiles }: Config, index: number): Fault[] {
  const { alarms = [], devices: named = [] } = outputs[index] ?? {};
  if (lorawanProfiles.size > 0) return [];
  const ids = devices.map(({ id }) => id);
  const known = [...devices.flatMap(({ threshold }) => threshold.map(({ alarm }) => alarm)), SILENT, LOW_BATTERY];
  const unknown = (
    names: readonly string[],
    there: readonly string[],
    key: string,
    what: (name: string) => Text,
    hint: Text,
  ) =>
    names.flatMap((name, i) =>
      there.includes(name) ? [] : [note(['output', index, key, i], what(name), suggestedName(name, there, hint))],
    );
  return [
    ...unknown(alarms, known, 'alarms', (alarm) => say.noAlarm({ alarm }), say.addThreshold()),
    ...unknown(named, ids, 'devices', (device) => say.noDevice({ device }), say.addDevice()),
  ];
}
