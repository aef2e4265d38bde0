/**
 * What Mosquitto needs to let in this hub's gateways: who may publish and subscribe to what, and each one's password.
 * Sources: mosquitto.conf(5), acl_file; mosquitto_passwd(1), the form "$7$" (PBKDF2 with SHA-512).
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { formatTopic, topicFilter } from '../../shared/feed/topics.ts';
import { type EnrolledGateway, userOf } from './enrolled-gateways.ts';

const iterations = 101; // as mosquitto_passwd does; the passwords are drawn with 256 bits
const saltBytes = 12;
const hashBytes = 64;
const WRITES = ['batch', 'gap', 'birth', 'status', 'result'] as const;
const READS = ['receipt', 'command', 'birth', 'operators'] as const;

/** The lines of an access control list; `hub` is the user name of this hub there. */
export function mosquittoAcl(gateways: readonly EnrolledGateway[], hub: string): string[] {
  return [
    `user ${hub}`,
    ...WRITES.map((message) => `topic read ${topicFilter(message)}`),
    `topic write ${topicFilter('receipt')}`,
    `topic write ${topicFilter('command')}`,
    `topic write ${topicFilter('operators')}`,
    ...gateways.flatMap(aclOf),
  ];
}

function aclOf(gateway: EnrolledGateway): string[] {
  const { tenant, gateway: id, isHub } = gateway;
  const topic = (message: (typeof WRITES | typeof READS)[number]) =>
    isHub ? topicFilter(message) : formatTopic({ tenant, gateway: id, message });
  return [
    '',
    `user ${userOf(gateway)}`,
    ...WRITES.map((message) => `topic write ${topic(message)}`),
    ...READS.map((message) => `topic read ${topic(message)}`),
  ];
}

/** A line of a password file. */
export function mosquittoPassword(user: string, password: string): string {
  const salt = randomBytes(saltBytes);
  const hash = pbkdf2Sync(password, salt, iterations, hashBytes, 'sha512');
  return `${user}:$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
