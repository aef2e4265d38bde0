/** `machimori gateway`: who may send to a hub. */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { MachimoriError } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { isoTime } from '../../shared/reading.ts';
import type { Config } from '../config/settings.ts';
import { askRegister, readJson, readLines } from '../control/client.ts';
import { mosquittoPassword } from '../hub/mosquitto.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { enrolmentText } from '../net/enrolment.ts';
import { loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import { type Called, UsageError } from './verb.ts';
import type { enrolGatewayUsage, listGatewaysUsage, permissionsUsage, revokeGatewayUsage } from './verbs/hub.ts';
import { say } from './words/hub.ts';

export async function enrolGateway({ args, options, terminal }: Called<typeof enrolGatewayUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const origin = originOf(args.gateway);
  checkName(origin, config);
  const out = options.out ?? `${origin.tenant}-${origin.gateway}.enrolment`;
  if (existsSync(out)) throw new UsageError(say.fileIsThere({ file: out }));
  const url = options.url ?? urlOf(config);
  const ca = options.ca === undefined ? undefined : readFileSync(options.ca, 'utf8');
  const { password } = await askRegister(config, (ask) =>
    readJson<{ password: string }>(ask('enrol-gateway', { ...origin, isHub: options.hub })),
  );
  const username = `${origin.tenant}/${origin.gateway}`;
  replaceFile(out, Buffer.from(enrolmentText({ ...origin, url, username, password, ...(ca !== undefined && { ca }) })));
  if (options.mosquitto !== undefined) replaceLine(options.mosquitto, mosquittoPassword(username, password));
  terminal.print(say.enrolled({ gateway: username, file: out }));
  terminal.print(say.useEnrolment({ file: out }));
  return 0;
}

export async function revokeGateway({ args, terminal }: Called<typeof revokeGatewayUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const origin = originOf(args.gateway);
  await askRegister(config, (ask) => readJson(ask('revoke-gateway', origin)));
  terminal.print(say.revoked({ gateway: args.gateway }));
  return 0;
}

export async function printPermissions({ args, options, terminal }: Called<typeof permissionsUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { lines } = await askRegister(config, (ask) =>
    readJson<{ lines: readonly string[] }>(ask('list-permissions', { user: options.user })),
  );
  for (const line of lines) terminal.write(line);
  return 0;
}

/** In a password file, in place of the line of the same user. */
function replaceLine(file: string, line: string): void {
  const user = line.slice(0, line.indexOf(':') + 1);
  const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const others = before.filter((each) => each !== '' && !each.startsWith(user));
  replaceFile(file, Buffer.from(`${[...others, line].join('\n')}\n`));
}

export async function listGateways({ args, options, terminal }: Called<typeof listGatewaysUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  await askRegister(config, (ask) =>
    printList(readLines(ask('list-gateways', {})), { ...GATEWAYS, json: options.json }, terminal),
  );
  return 0;
}

/** A line of the answer to "list-gateways". */
interface Listed extends Origin {
  readonly isHub: boolean;
  readonly enrolledAt: number;
  readonly software?: string;
  readonly heardAt?: number;
}

const GATEWAYS: Omit<List, 'json'> = {
  heading: [say.gatewayColumn(), say.enrolledColumn(), say.softwareColumn(), say.heardColumn()],
  none: say.noGateways(),
  cells(line) {
    const { tenant, gateway, isHub, enrolledAt, software, heardAt } = JSON.parse(line) as Listed; // by a hub of this release
    const name = `${tenant}/${gateway}`;
    return [
      isHub ? say.aHub({ name }) : name,
      isoTime(enrolledAt),
      software ?? '-',
      heardAt === undefined ? say.never() : isoTime(heardAt),
    ];
  },
};

/** Throws a UsageError. */
function originOf(name: string): Origin {
  const match = /^([A-Za-z0-9][\w.-]{0,63})\/([A-Za-z0-9][\w.-]{0,63})$/.exec(name);
  const [, tenant, gateway] = match ?? [];
  if (tenant === undefined || gateway === undefined) throw new UsageError(say.writeName({ name }));
  return { tenant, gateway };
}

/** Throws a MachimoriError "not-a-hub", "a-worker" or "hub-name". */
function checkName({ gateway }: Origin, config: Config): void {
  const on = config.file;
  if (!takesGateways(config))
    throw new MachimoriError('not-a-hub', { what: say.notHub(), on, hint: say.addFeedPort() });
  if (config.ports.some(({ portType, settings }) => portType.isWorker?.(settings) === true)) {
    throw new MachimoriError('a-worker', { what: say.aWorker(), on, hint: say.accountAtBroker() });
  }
  if (gateway === config.gateway.id) {
    throw new MachimoriError('hub-name', { what: say.hubName({ gateway }), on, hint: say.anotherName() });
  }
}

function takesGateways({ ports }: Config): boolean {
  return ports.some(takesFeed);
}

/** A hub that only follows an archive has no door. */
function takesFeed({ portType }: Config['ports'][number]): boolean {
  return portType.shape === 'feed' && portType.fetches !== true;
}

/** How gateways reach this hub, as far as its own settings tell. */
function urlOf({ ports }: Config): string {
  const feed = ports.find(takesFeed);
  const {
    url,
    listen = '127.0.0.1:1883',
    certFile,
  } = (feed?.settings ?? {}) as {
    readonly url?: string;
    readonly listen?: string;
    readonly certFile?: string;
  }; // settings of the port type `feed`
  if (url !== undefined) return url;
  const address = listen.replace(/^(0\.0\.0\.0|\[::\])/, hostname());
  return `${certFile === undefined ? 'mqtt' : 'mqtts'}://${address}`;
}
