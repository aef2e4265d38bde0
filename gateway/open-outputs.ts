/** The outputs of a configuration, each with the line that it has for itself. */
import type { Config } from './config/settings.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Intake } from './intake/intake.ts';
import type { Log } from './machine/log.ts';
import type { Output, OutputConfig, OutputSurroundings, Standing } from './outputs/output.ts';
import { type Silenced, Switchboard } from './outputs/switchboard.ts';
import type { OpenPort, PortConfig, PortSurroundings, StreamPort } from './ports/port.ts';

interface OutputsOptions {
  readonly config: Config;
  readonly devices: DeviceTable;
  readonly intake: Intake;
  readonly silenced: Silenced;
  readonly around: PortSurroundings & { readonly log: Log };
  openPort(port: PortConfig, surroundings: PortSurroundings): OpenPort;
}

export function openOutputs({ config, devices, intake, silenced, around, openPort }: OutputsOptions): Switchboard {
  const portOf = (name: string | undefined): StreamPort | undefined => {
    const port = config.ports.find((each) => each.name === name);
    const opened = port && openPort(port, around);
    return opened?.shape === 'stream' ? opened : undefined; // `check` has seen to it
  };
  const open = ({ outputType, settings, port }: OutputConfig): Output => {
    const { clock, connect, gateway } = around;
    const surroundings: OutputSurroundings = { clock, connect, gateway, port: portOf(port) };
    return outputType.open(settings, surroundings);
  };
  const standing = (): readonly Standing[] =>
    devices.all.flatMap(({ id, place }) =>
      (intake.memoryOf(id)?.policy.raised ?? []).map((alarm) => ({ device: id, place: place?.name ?? id, alarm })),
    );
  const outputs = config.outputs.map((output) => [output, open(output)] as const);
  return new Switchboard(outputs, { standing, silenced, clock: around.clock, log: around.log });
}
