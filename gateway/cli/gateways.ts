/** `machimori gateway`: who may send to a hub. */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { isAnonymous } from '../../shared/feed/anonymous.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { ACTION_NAMES } from '../../shared/orders/actions.ts';
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { ANY } from '../commands/order-keys.ts';
import type { Config } from '../config/settings.ts';
import { askRegister, readJson, readLines } from '../control/client.ts';
import { enrolledCertificate } from '../hub/authority.ts';
import { mosquittoPassword } from '../hub/mosquitto.ts';
import { changing } from '../machine/folder-lock.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { enrolmentText } from '../net/enrolment.ts';
import { SEED_FOLDER } from '../setup/seed.ts';
import { certifiedHost, checkHub, doorOf, readCertificate, trustInServer } from './hub-certificates.ts';
import { loadConfig } from './input.ts';
import { type List, printList } from './output.ts';
import { oneOfWords } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type {
  acceptGatewaysUsage,
  enrolGatewayUsage,
  listGatewaysUsage,
  permissionsUsage,
  revokeGatewayUsage,
} from './verbs/hub.ts';
import { say } from './words/hub.ts';

export async function enrolGateway({ args, options, terminal }: Called<typeof enrolGatewayUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const origin = originOf(args.gateway);
  checkName(origin, config);
  const out = options.out ?? join(seedFolder(options.stick), `${origin.tenant}-${origin.gateway}.enrolment`);
  if (existsSync(out)) throw new UsageError(say.fileIsThere({ file: out }));
  const url = options.url ?? urlOf(config);
  const by = proofOf(options);
  const actions = actionsOf(options.orders);
  if (by !== 'password' && !/^(mqtts|wss):/i.test(url)) {
    throw new MachimoriError('no-tls', { what: say.noTls({ url }), on: config.file, hint: say.certifyHub() });
  }
  const given = options.ca === undefined ? undefined : readCertificate(options.ca);
  const asked = { ...origin, isHub: options.hub, renews: options.renew, by };
  const { authority, listKey, orderKey, ...proof } = await askRegister(config, (ask) =>
    readJson<Proof & { readonly authority?: string; readonly listKey?: string; readonly orderKey?: string }>(
      ask('enrol-gateway', asked),
    ),
  );
  const name = `${origin.tenant}/${origin.gateway}`;
  const { ca, isKnown } = given === undefined ? trustInServer(config, authority) : { ca: given, isKnown: true };
  const login = proof.password === undefined ? proof : { username: name, password: proof.password };
  const trusted = {
    ...(ca !== undefined && { ca }),
    ...(listKey !== undefined && { listKey }),
    ...orderKeysOf(orderKey, actions, config),
  };
  replaceFile(out, Buffer.from(enrolmentText({ ...origin, url, ...login, ...trusted })));
  if (options.mosquitto !== undefined && proof.password !== undefined) {
    replaceLine(options.mosquitto, mosquittoPassword(name, proof.password));
  }
  terminal.print(say.enrolled({ gateway: name, file: out }));
  if (proof.certificate !== undefined) {
    terminal.print(say.certificateEnds({ date: isoTime(enrolledCertificate(proof.certificate).endsAt).slice(0, 10) }));
  }
  if (!isKnown && options.url === undefined) terminal.print(say.trustDoor());
  terminal.print(options.stick === undefined ? say.useEnrolment({ file: out }) : say.useStick());
  return 0;
}

/** Where a box that is set up for the first time looks on a stick; here if there is none. */
function seedFolder(stick: string | undefined): string {
  if (stick === undefined) return '';
  const folder = join(stick, SEED_FOLDER);
  makeFolder(folder);
  return folder;
}

/** What this hub may order it. Throws a UsageError. */
function actionsOf(words: string): readonly string[] {
  if (words === 'all') return [ANY];
  if (words === 'none') return [];
  return words.split(',').map((word) => oneOfWords('--orders', word.trim(), ACTION_NAMES));
}

function orderKeysOf(publicKey: string | undefined, actions: readonly string[], { gateway }: Config) {
  if (publicKey === undefined || actions.length === 0) return {};
  return { orderKeys: [{ name: gateway.id, publicKey, actions: [...actions] }] };
}

/** What the hub has made for the gateway to prove itself with. */
interface Proof {
  readonly password?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** Throws a UsageError. */
function proofOf(options: Called<typeof enrolGatewayUsage>['options']) {
  const { certificate, mosquitto } = options;
  const own = options['cert-file'];
  if (certificate && own !== undefined)
    throw new UsageError(say.notBoth({ one: '--certificate', other: '--cert-file' }));
  if (!certificate && own === undefined) return 'password';
  const one = certificate ? '--certificate' : '--cert-file';
  if (mosquitto !== undefined) throw new UsageError(say.notBoth({ one, other: '--mosquitto' }));
  return own === undefined ? 'certificate' : { certificate: readCertificate(own) };
}

export async function revokeGateway({ args, terminal }: Called<typeof revokeGatewayUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const origin = originOf(args.gateway);
  await askRegister(config, (ask) => readJson(ask('revoke-gateway', origin)));
  terminal.print(say.revoked({ gateway: args.gateway }));
  return 0;
}

export async function acceptGateways({ args, terminal }: Called<typeof acceptGatewaysUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const { isAccepted } = await askRegister(config, (ask) =>
    readJson<{ isAccepted: boolean }>(ask('accept-gateways', {})),
  );
  terminal.print(isAccepted ? say.accepted() : say.nothingToAccept());
  return listGateways({ args, options: { json: false }, terminal });
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
  changing(dirname(file), () => {
    const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const others = before.filter((each) => each !== '' && !each.startsWith(user));
    replaceFile(file, Buffer.from(`${[...others, line].join('\n')}\n`));
  });
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
  readonly certificateEndsAt?: number;
  readonly software?: string;
  readonly heardAt?: number;
}

const GATEWAYS: Omit<List, 'json'> = {
  heading: [say.gatewayColumn(), say.enrolledColumn(), say.proofColumn(), say.softwareColumn(), say.heardColumn()],
  none: say.noGateways(),
  cells(line) {
    const { tenant, gateway, isHub, enrolledAt, certificateEndsAt, software, heardAt } = JSON.parse(line) as Listed; // by a hub of this release
    const name = `${tenant}/${gateway}`;
    return [
      isHub ? say.aHub({ name }) : name,
      isoTime(enrolledAt),
      proofText(certificateEndsAt),
      software ?? '-',
      heardAt === undefined ? say.never() : isoTime(heardAt),
    ];
  },
};

function proofText(certificateEndsAt: number | undefined): Text {
  return certificateEndsAt === undefined
    ? say.byPassword()
    : say.byCertificate({ date: isoTime(certificateEndsAt).slice(0, 10) });
}

/** Throws a UsageError. */
export function originOf(name: string): Origin {
  const match = /^([A-Za-z0-9][\w.-]{0,63})\/([A-Za-z0-9][\w.-]{0,63})$/.exec(name);
  const [, tenant, gateway] = match ?? [];
  if (tenant === undefined || gateway === undefined) throw new UsageError(say.writeName({ name }));
  return { tenant, gateway };
}

/** Throws a MachimoriError "not-a-hub", "a-worker", "hub-name" or "phone-name". */
function checkName({ gateway }: Origin, config: Config): void {
  const on = config.file;
  checkHub(config);
  if (config.ports.some(({ portType, settings }) => portType.isWorker?.(settings) === true)) {
    throw new MachimoriError('a-worker', { what: say.aWorker(), on, hint: say.accountAtBroker() });
  }
  if (gateway === config.gateway.id) {
    throw new MachimoriError('hub-name', { what: say.hubName({ gateway }), on, hint: say.anotherName() });
  }
  if (isAnonymous(gateway)) {
    throw new MachimoriError('phone-name', { what: say.phoneName(), on: gateway, hint: say.anotherName() });
  }
}

/** How gateways reach this hub, as far as its own settings tell. */
function urlOf(config: Config): string {
  const { url, listen = '127.0.0.1:1883', certFile } = doorOf(config);
  if (url !== undefined) return url;
  const address = listen.replace(/^(0\.0\.0\.0|\[::\])/, certifiedHost(certFile) ?? hostname());
  return `${certFile === undefined ? 'mqtt' : 'mqtts'}://${address}`;
}
