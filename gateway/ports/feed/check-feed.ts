/** What is wrong with the settings of a port `feed`. */
import { isLocal, isLoopback } from '../../net/address.ts';
import { checkCredentialFile, checkTlsFiles } from '../../net/credential-file.ts';
import { isNats, natsServers } from '../../net/nats-connection.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { FeedSettings } from './settings.ts';
import { say } from './words.ts';

export function checkFeed(settings: FeedSettings, path: Path): Fault[] {
  const { listen, httpListen, url, username, passwordFile, certFile, keyFile, caFile, protocol } = settings;
  const hasServer = url === undefined || listen !== undefined || httpListen !== undefined;
  const faults = [
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
    ...checkTlsFiles(url?.replace(/^nats:/, 'mqtt:') ?? 'mqtts:', settings, path), // neither is TLS
    ...checkWorker(settings, path),
  ];
  if (url !== undefined && listen !== undefined)
    faults.push(fault([...path, 'listen'], say.twoBrokers(), say.oneBroker()));
  const isToken = url !== undefined && isNats(url) && username === undefined;
  if ((username === undefined) !== (passwordFile === undefined) && !isToken) {
    faults.push(fault(path, say.loginIncomplete(), net.addMissing()));
  }
  if (url === undefined && username !== undefined)
    faults.push(fault([...path, 'username'], say.loginElsewhere(), say.useEnrol()));
  if (url === undefined && caFile !== undefined)
    faults.push(fault([...path, 'caFile'], say.authorityUnused(), say.enrolCertificate()));
  if (url === undefined && protocol === '5')
    faults.push(fault([...path, 'protocol'], say.onlyVersion3(), say.nameBroker5()));
  const isOpen = (at: string | undefined) => at !== undefined && !isLocal(at);
  const hasTls = certFile !== undefined && keyFile !== undefined;
  if (hasServer && !hasTls && (isOpen(listen) || isOpen(httpListen))) {
    faults.push(note([...path, isOpen(listen) ? 'listen' : 'httpListen'], say.clearPasswords(), say.addCertificate()));
  }
  return faults;
}

/** A worker takes turns with others at a broker that is there, and knows gateways by that broker alone. */
function checkWorker(settings: FeedSettings, path: Path): Fault[] {
  const { url, share, trustBroker, birthsUrl, listen, httpListen, protocol } = settings;
  const faults: Fault[] = [];
  if (share === undefined) {
    if (url !== undefined && isNats(url)) faults.push(fault([...path, 'url'], say.natsForWorkers(), say.addShare()));
    if (trustBroker) faults.push(fault([...path, 'trustBroker'], say.trustForWorkers(), say.addShareOrRemove()));
    if (birthsUrl !== undefined) faults.push(fault([...path, 'birthsUrl'], say.birthsForWorkers(), say.remove()));
    return faults;
  }
  if (url === undefined) faults.push(fault(path, say.shareWithoutUrl(), say.nameSharingBroker()));
  if (listen !== undefined || httpListen !== undefined) {
    faults.push(fault([...path, listen === undefined ? 'httpListen' : 'listen'], say.doorBesideShare(), say.ownPort()));
  }
  if (!trustBroker) faults.push(fault(path, say.brokerNotTrusted(), say.trustIt()));
  if (url === undefined || !isNats(url)) {
    if (birthsUrl !== undefined) faults.push(fault([...path, 'birthsUrl'], say.birthsKept(), say.remove()));
    return faults;
  }
  const found = natsServers(url);
  if (found === undefined) faults.push(fault([...path, 'url'], say.notNats({ url }), say.writeNats()));
  if (protocol === '5' && birthsUrl === undefined)
    faults.push(fault([...path, 'protocol'], say.protocolOfNats(), say.remove()));
  if (birthsUrl === undefined) faults.push(note(path, say.birthsNotKept(), say.addBirthsUrl()));
  else if (!/^mqtts?:\/\//i.test(birthsUrl))
    faults.push(fault([...path, 'birthsUrl'], say.birthsByMqtt(), say.writeBirths()));
  const isFar = found?.servers.some((server) => !isLoopback(server.replace(/:\d+$/, '')));
  if (settings.passwordFile !== undefined && isFar && found?.isTls === false) {
    faults.push(note([...path, 'url'], say.clearNats(), say.useNatsTls()));
  }
  return faults;
}
