import { askRegister, readJson } from '../control/client.ts';
import { loadConfig } from './input.ts';
import { durationOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { maintenanceUsage } from './verbs/gateway.ts';
import { say as general } from './words/general.ts';
import { say } from './words/status.ts';

/** Instead of a device: every one that there is now. */
const ALL = 'all';

export async function maintenance({ args, options, terminal }: Called<typeof maintenanceUsage>): Promise<number> {
  const until = endOf(options);
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const wanted = { until, ...(args.device !== ALL && { device: args.device }) };
  const { devices } = await askRegister(config, (ask) => readJson<{ devices: number }>(ask('maintain', wanted)));
  const end = new Date(until).toISOString();
  if (args.device.includes('/')) {
    const name = args.device;
    terminal.print(until === 0 ? say.gatewayBack({ name }) : say.gatewayMaintained({ name, until: end }));
    return 0;
  }
  terminal.print(
    until === 0 ? say.maintenanceOver({ count: devices }) : say.maintained({ count: devices, until: end }),
  );
  return 0;
}

/** Epoch ms; 0 for now. */
function endOf({ until, for: length, end }: Called<typeof maintenanceUsage>['options']): number {
  const given = [until !== undefined && '--until', length !== undefined && '--for', end && '--end'].filter(Boolean);
  if (given.length === 0) throw new UsageError(say.sayUntilWhen());
  if (given.length > 1) {
    throw new UsageError(general.excludeEachOther({ first: String(given[0]), second: String(given[1]) }));
  }
  if (length !== undefined) return Date.now() + durationOf('--for', length, '2h');
  if (until === undefined) return 0;
  const at = /^\d{4}-\d{2}-\d{2}/.test(until) ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(say.noTime({ word: until }));
  if (at <= Date.now()) throw new UsageError(say.pastTime({ word: until }));
  return at;
}
