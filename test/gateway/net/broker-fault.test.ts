import { expect, test } from 'vitest';
import { brokerHint } from '../../../gateway/net/mqtt-connection.ts';

/** What mqtt.js, Node's TLS and the resolver say, with the word that the technician needs. */
const SAID: readonly (readonly [why: string, word: string])[] = [
  ['Connection refused: Not authorized', 'password-file'],
  ['Connection refused: Bad username or password', 'password-file'],
  ['Connection refused: Identifier rejected', 'client name'],
  ['Connection refused: Unacceptable protocol version', 'protocol'],
  ['the broker does not allow a subscription to machimori/v1/a/b/receipt', 'access control list'],
  ['self-signed certificate', 'ca-file'],
  ['self-signed certificate in certificate chain', 'ca-file'],
  ['unable to verify the first certificate', 'ca-file'],
  ['certificate has expired', 'clock'],
  ["Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b", 'host name'],
  ['getaddrinfo ENOTFOUND city-os.example.jp', 'DNS settings'],
  ['getaddrinfo EAI_AGAIN city-os.example.jp', 'DNS settings'],
  ['connect ECONNREFUSED 127.0.0.1:1883', 'that the broker runs'],
  ['connack timeout', 'firewall'],
  ['connect EHOSTUNREACH 10.0.0.1:1883', 'network'],
  ['read ECONNRESET', 'mqtts://'],
  ['Invalid header flag bits, must be 0x0 for puback packet', "port is an MQTT broker's"],
  ['something new', "broker's log"],
];

test.each(SAID)('"%s" is answered with what to do: %s', (why, word) => {
  expect(brokerHint(why).en).toContain(word);
});
