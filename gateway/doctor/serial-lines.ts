/** The serial lines of a configuration: whether each is there, and whether the gateway's user may use it. */
import { type Stats, statSync } from 'node:fs';
import { messageOf } from '../../shared/errors.ts';
import type { Config } from '../config/settings.ts';
import { bad, type Finding, good } from './finding.ts';
import type { SystemFiles } from './system-files.ts';
import { say } from './words.ts';

const READ_WRITE = 6;

export function examineSerialLines({ ports, gateway }: Config, system: SystemFiles): Finding[] {
  const lines = ports.flatMap(({ name, portType, settings }) => {
    const { path } = settings as { readonly path?: unknown }; // of the types that have a line
    return portType.line === undefined || typeof path !== 'string' ? [] : [{ name, path }];
  });
  if (lines.length === 0) return [];
  const user = ownerOf(gateway.dataDirectory, system);
  return lines.map(({ name, path }) => examine(`port ${name}`, path, user));
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

function examine(about: string, path: string, user: User | undefined): Finding {
  let status: Stats;
  try {
    status = statSync(path);
  } catch (fault) {
    return bad(about, say.noLine({ path, why: messageOf(fault) }), say.plugIn());
  }
  if (user === undefined || mayUse(status, user)) return good(about, say.lineGood({ path }));
  return bad(about, say.lineDenied({ path, user: user.name }), say.joinGroup({ user: user.name }));
}

function mayUse({ mode, uid, gid }: Stats, user: User): boolean {
  if (user.uid === 0) return true;
  const shift = uid === user.uid ? 6 : user.gids.includes(gid) ? 3 : 0;
  return ((mode >> shift) & READ_WRITE) === READ_WRITE;
}

/** Whoever owns the data directory runs the gateway. Undefined if nobody can tell. */
function ownerOf(folder: string, system: SystemFiles): User | undefined {
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid;
  const entry = fieldsOf(system.text('etc/passwd')).find(([, , id]) => Number(id) === uid);
  if (uid === undefined || entry === undefined) return undefined;
  const [name = '', , , gid] = entry;
  const others = fieldsOf(system.text('etc/group')).flatMap(([, , id, members = '']) =>
    members.split(',').includes(name) ? [Number(id)] : [],
  );
  return { name, uid, gids: [Number(gid), ...others] };
}

function fieldsOf(text = ''): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.split(':'));
}
