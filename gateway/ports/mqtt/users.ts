/**
 * Who may log in to the embedded broker, and what each may publish.
 *
 * Whoever has the shared user name may publish everything; a user of its own only what its filters take. With neither, anybody
 * may. Bound: `maxUsers`.
 */
import * as v from 'valibot';
import { id, listOf, setting, table, text } from '../../../shared/setting.ts';
import type { Login } from '../../net/broker/broker.ts';
import { isFilter, mayMeet, takesTopic } from '../../net/broker/topics.ts';
import { checkCredentialFile } from '../../net/credential-file.ts';
import { readSecret, sameSecret } from '../../net/credentials.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { PortDevice } from '../port.ts';
import { say } from './words.ts';

const maxUsers = 1_000;
const maxTopics = 100;

export const users = v.optional(
  setting(
    listOf(
      table({
        username: setting(id, say.userName()),
        passwordFile: setting(text, net.passwordFile()),
        topics: setting(listOf(text, maxTopics), say.userTopics()),
      }),
      maxUsers,
    ),
    say.users(),
  ),
  [],
);

interface Credentials {
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly user: v.InferOutput<typeof users>;
}

const ANYBODY: Login = { user: undefined, mayPublish: () => true };

/**
 * Tells who logs in; undefined: nobody who may. Takes as long for a name that does not exist as for a wrong password.
 * Throws a MachimoriError "broker-credentials" if a password cannot be read or is empty.
 */
export function loginCheck({ username, passwordFile, user: own }: Credentials) {
  const logins = new Map<string, { readonly isRight: (given: string) => boolean; readonly login: Login }>();
  for (const { username: user, passwordFile, topics } of own) {
    const mayPublish = (topic: string) => topics.some((filter) => takesTopic(filter, topic));
    logins.set(user, { isRight: sameSecret(readSecret(passwordFile)), login: { user, mayPublish } });
  }
  if (username !== undefined && passwordFile !== undefined) {
    logins.set(username, { isRight: sameSecret(readSecret(passwordFile)), login: ANYBODY });
  }
  const nobody = { isRight: sameSecret(''), login: undefined };
  return (name = '', password: Uint8Array = new Uint8Array(0)): Login | undefined => {
    if (logins.size === 0) return ANYBODY;
    const { isRight, login } = logins.get(name) ?? nobody;
    return isRight(Buffer.from(password).toString('utf8')) ? login : undefined;
  };
}

export function checkUsers({ username, user: own }: Credentials, devices: readonly PortDevice[], path: Path): Fault[] {
  const names = own.map((each) => each.username);
  const faults = own.flatMap(({ username: name, passwordFile, topics }, i) => {
    const at = [...path, 'user', i];
    return [
      ...checkCredentialFile(passwordFile, [...at, 'passwordFile'], 'secret'),
      ...(names.indexOf(name) < i || name === username
        ? [fault([...at, 'username'], say.userTaken({ user: name }), say.ownUserName())]
        : []),
      ...(topics.length === 0 ? [fault([...at, 'topics'], say.noTopics({ user: name }), say.addTopics())] : []),
      ...topics.flatMap((filter, n) => checkFilter(filter, devices, [...at, 'topics', n])),
    ];
  });
  if (own.length === 0 || username !== undefined) return faults;
  const mute = devices.filter(
    ({ topic }) => topic !== undefined && !own.some(({ topics }) => topics.some((filter) => mayMeet(filter, topic))),
  );
  return [
    ...faults,
    ...mute.map(({ id, topic = '', path }) =>
      note([...path, 'topic'], say.muteDevice({ device: id, topic }), say.allowTopic({ topic })),
    ),
  ];
}

function checkFilter(filter: string, devices: readonly PortDevice[], path: Path): Fault[] {
  if (!isFilter(filter)) return [fault(path, say.notFilter({ filter }), say.writeFilter())];
  const isRead = devices.some(({ topic }) => topic !== undefined && mayMeet(filter, topic));
  return isRead ? [] : [note(path, say.unreadTopic({ filter }), say.addTopicDevice())];
}
