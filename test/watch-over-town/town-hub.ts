/** The city's hub, a process of its own, with three operators whom its own commands took up, and an archive for each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSightings } from '../../gateway/cli/sealed-sightings.ts';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { OPERATORS, type OperatorId, PATTERNS, type TownTag } from '../../simulators/town/watch-over/tags.ts';
import { machimori } from '../end-to-end/machimori.ts';
import { operatorForm } from '../end-to-end/operator-form.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { maxLogEntries } from './desk.ts';

const maxWaitMs = 120_000;

export interface OwnOperator {
  readonly id: OperatorId;
  readonly keyFile: string;
  readonly enrolledFile: string;
}

export interface TownHub {
  readonly process: GatewayProcess;
  readonly port: number;
  readonly phonesPort: number;
  /** Base64url. */
  readonly listKey: string;
  readonly operators: readonly OwnOperator[];
  archiveOf(name: string): string;
  /** Enrols gateways while the hub does not run; gives the file of each one's password. */
  enrol(gateways: readonly { readonly tenant: string; readonly gateway: string }[]): readonly string[];
}

export async function run(cwd: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await machimori(cwd, ...args);
  if (code !== 0) throw new Error(`machimori ${args.join(' ')} ended with ${code}: ${err}`);
  return out;
}

interface HubOptions {
  /** Who else is sent the sightings of whom, which is a fault. */
  readonly alsoTo?: Partial<Record<OperatorId, OperatorId>>;
  /** Of all operators. */
  readonly retention: string;
  /** More destinations, in TOML. */
  readonly more: string;
}

/** `folder`: where the operators keep what is their own. */
export async function makeHub(
  folder: string,
  tags: readonly TownTag[],
  { alsoTo = {}, retention, more }: HubOptions,
): Promise<TownHub> {
  const [port, phonesPort] = [await freePort(), await freePort()];
  const archives = OPERATORS.map((id) =>
    archive(id, `operators = ${JSON.stringify([id, ...(alsoTo[id] ? [alsoTo[id]] : [])])}`),
  );
  const process = new GatewayProcess({
    maxLogEntries,
    config: `
gateway = { id = "hub", tenant = "region" }
clock = { synchronised = "always" }
status = { enabled = false }
log = { level = "debug" }
buffer = { batch-age = "1s" }
[[port]]
name = "gateways"
type = "feed"
listen = "127.0.0.1:${port}"
max-clients = 3000
[[port]]
name = "phones"
type = "volunteers"
listen = "127.0.0.1:${phonesPort}"
per-minute = 0
${archive('general', '')}
${archives.join('\n')}
${more}`,
  });
  const operators: OwnOperator[] = [];
  for (const id of OPERATORS) operators.push(await takeUp(id, { folder, hub: process.folder, tags, retention }));
  const listKey = (await run(process.folder, 'operator', 'list-key', 'gateway.toml')).match(/[A-Za-z0-9_-]{43}/)?.[0];
  if (listKey === undefined) throw new Error('the hub told no key of its list');
  return {
    ...{ process, port, phonesPort, listKey, operators },
    archiveOf: (name) => join(process.folder, 'data', `${name}.sqlite`),
    enrol(gateways) {
      const enrolled = EnrolledGateways.open(join(process.folder, 'data'));
      return gateways.map((origin) => {
        const file = join(folder, `${origin.gateway}.password`);
        writeFileSync(file, enrolled.enrol({ ...origin, isHub: false }, 0), { mode: 0o600 });
        return file;
      });
    },
  };
}

function archive(name: string, more: string): string {
  return `[[destination]]
name = "${name}"
type = "archive"
url = "sqlite:${name}.sqlite"
personal = true
tenants = ["*"]
${more}`;
}

interface TakingUp {
  readonly folder: string;
  /** The hub's folder. */
  readonly hub: string;
  readonly tags: readonly TownTag[];
  readonly retention: string;
}

async function takeUp(id: OperatorId, { folder, hub, tags, retention }: TakingUp): Promise<OwnOperator> {
  const own = join(folder, id);
  mkdirSync(own);
  await run(folder, 'operator', 'keys', own);
  const form = join(own, 'form.toml');
  writeFileSync(form, operatorForm(id, own, PATTERNS[id], retention));
  await run(hub, 'operator', 'add', 'gateway.toml', form);
  const enrolled = tags.filter(({ operator, isEnrolled }) => operator === id && isEnrolled);
  const rows = enrolled.map(({ name, identifier }, i) => `${name},${identifier},2026-04-01,${id}-${i}`);
  const enrolledFile = join(own, 'enrolled.csv');
  writeFileSync(enrolledFile, `${['tag,identifier,opt_in,consent', ...rows].join('\n')}\n`, { mode: 0o600 });
  return { id, keyFile: join(own, 'operator.key'), enrolledFile };
}

/** How many of its sightings are in its archive. */
export async function archivedOf(hub: TownHub, operator: OperatorId): Promise<number> {
  let count = 0;
  await readSightings(hub.archiveOf(operator), async ({ about }) => {
    if (about.operator === operator) count++;
  });
  return count;
}

/** Resolves once a hub that runs has stored all that has come. */
export async function stored({ process }: TownHub): Promise<void> {
  await process.drained(maxWaitMs);
}
