/** What to do when a broker cannot be reached, by what the network, TLS or the broker itself said. */

const HINTS: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /not authorized|bad user ?name|password/i, // CONNACK: MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2
    'Check username and password-file, and that the broker lets this gateway in',
  ],
  [/identifier rejected|client identifier/i, 'Check that the broker allows the client name of this gateway'],
  [/protocol version/i, 'Set protocol to the MQTT version that the broker speaks: "3.1.1" or "5"'],
  [/not allow to subscribe/i, 'Let this gateway read that topic in the access control list of the broker'],
  [/expired|not yet valid/i, "Check the clock of this machine and the dates of the broker's certificate"],
  [/altnames|does not match/i, "Write the host name in url as it stands in the broker's certificate"],
  [/self[- ]signed|certificate/i, "Name the certificate authority of the broker's certificate with ca-file"],
  [/ENOTFOUND|EAI_AGAIN/, 'Check the host name in url, and that this machine has a name server'],
  [/ECONNREFUSED/, 'Check host and port in url, and that the broker runs'],
  [
    /timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i,
    'Check the network, the firewall, and that a broker listens on that port',
  ],
  [
    /ECONNRESET|wrong version number|packet|header|closed the connection/i,
    'Check that the port is that of an MQTT broker and goes with mqtt:// or mqtts://, and look into the log of the broker',
  ],
];

/** A sentence for the technician. `why` is the message of the fault. */
export function brokerHint(why: string): string {
  return (
    HINTS.find(([said]) => said.test(why))?.[1] ??
    'Check the address, the network, the credentials and the log of the broker'
  );
}
