/** The broker that a command line names. */
import type { Text } from '../../shared/text.ts';
import type { BrokerSettings } from '../net/mqtt-connection.ts';
import { oneOfWords } from './values.ts';
import { UsageError } from './verb.ts';

type Words = Readonly<
  Record<'enrolment-file' | 'username' | 'password-file' | 'ca-file' | 'cert-file' | 'key-file', string | undefined>
> & {
  readonly protocol: string;
};

const keepaliveMs = 30_000;

/** Throws a UsageError: `missing` if there is no address of a broker. */
export function brokerOf(url: string | undefined, words: Words, missing: Text): BrokerSettings {
  const { username } = words;
  const enrolmentFile = words['enrolment-file'];
  const isAddress = url !== undefined && /^(mqtt|ws)s?:\/\/./.test(url);
  if (!isAddress && (url !== undefined || enrolmentFile === undefined)) throw new UsageError(missing);
  return {
    url,
    enrolmentFile,
    protocol: oneOfWords('--protocol', words.protocol, ['3.1.1', '5']),
    username,
    passwordFile: words['password-file'],
    caFile: words['ca-file'],
    certFile: words['cert-file'],
    keyFile: words['key-file'],
    keepaliveMs,
  };
}
