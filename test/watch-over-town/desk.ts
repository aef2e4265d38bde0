/** An operator's own service: a hub of its own, a process, to which the city's hub passes on what is sealed to the operator. */
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import type { OperatorId, TownTag } from '../../simulators/town/watch-over/tags.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { type Found, filesIn } from './leaks.ts';

/** What the copy is called. */
export const KEPT = '.kept';

export interface Desk {
  readonly process: GatewayProcess;
  /** How the city's hub reaches it: a destination, in TOML. */
  readonly link: string;
  /** Where its files have a text, and its log. */
  filesWith(text: string): readonly Found[];
  /** Takes a tag out of the table of enrolled tags, as its administrator does. */
  strikeOut(tag: TownTag): void;
  /** Leaves a copy of its database, which is a fault. */
  keepCopy(): void;
}

/** All that it writes in days: nothing of it may hold an identifier. */
export const maxLogEntries = 10_000_000;

/** `folder`: where the operator keeps what is its own. */
export async function makeDesk(id: OperatorId, folder: string): Promise<Desk> {
  const port = await freePort();
  const own = (name: string) => join(folder, id, name);
  const process = new GatewayProcess({
    maxLogEntries,
    config: `
gateway = { id = "${id}-desk", tenant = "${id}" }
clock = { synchronised = "always" }
status = { enabled = false }
log = { level = "debug" }
[[port]]
name = "city"
type = "feed"
listen = "127.0.0.1:${port}"
[[destination]]
name = "tags"
type = "tags"
tenants = ["*"]
operators = ["${id}"]
operator-key-file = "${own('operator.key')}"
enrolled-file = "${own('enrolled.csv')}"
url = "sqlite:tags.sqlite"
retention = "72h"
`,
  });
  const data = join(process.folder, 'data');
  const passwordFile = join(folder, `${id}-desk.password`);
  const password = EnrolledGateways.open(data).enrol({ tenant: 'region', gateway: 'hub', isHub: true }, 0);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const link = `[[destination]]
name = "${id}-desk"
type = "city-os"
url = "mqtt://127.0.0.1:${port}"
username = "region/hub"
password-file = "${passwordFile}"
tenants = ["*"]
operators = ["${id}"]
`;
  return {
    process,
    link,
    filesWith(text) {
      const bytes = Buffer.from(text);
      const files = filesIn(process.folder).map((file) => ({
        where: file.slice(process.folder.length + 1),
        file,
      }));
      const holding = files.filter(({ file }) => readFileSync(file).includes(bytes)).map(({ where }) => where);
      if (process.log.text.includes(text)) holding.push('log');
      return holding.map((where) => ({ what: text, where: `${id}'s desk: ${where}` }));
    },
    strikeOut({ name }) {
      const table = readFileSync(own('enrolled.csv'), 'utf8').split('\n');
      const rest = table.filter((line) => !line.startsWith(`${name},`));
      writeFileSync(own('enrolled.new'), rest.join('\n'), { mode: 0o600 });
      renameSync(own('enrolled.new'), own('enrolled.csv'));
    },
    keepCopy() {
      for (const file of filesIn(data)) if (/\.sqlite(-wal)?$/.test(file)) copyFileSync(file, `${file}${KEPT}`);
    },
  };
}
