/** What can be wrong with the settings of a context broker beyond each by itself. */
import { isLoopback } from '../../net/address.ts';
import { checkCredentialFile, checkTlsFiles } from '../../net/credential-file.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { suggestion } from '../../words/suggestion.ts';
import { isPlainText } from './characters.ts';
import type { Rule } from './mapping.ts';
import { type AttributeModel, type FixedValue, MODELS } from './models.ts';
import type { NgsiLdSettings, NgsiSettings } from './settings.ts';
import { say } from './words.ts';

/** Orion's own limit is 1 MiB (-inReqPayloadMaxSize). */
const maxRequestBytes = 1024 * 1024;

export function checkNgsi(settings: NgsiSettings, path: Path): Fault[] {
  const { apiKeyFile, clientSecretFile, passwordFile, requestSizeBytes } = settings;
  return [
    ...checkAddress(settings.url, [...path, 'url'], hasSecrets(settings)),
    ...checkToken(settings, path),
    ...(requestSizeBytes > maxRequestBytes
      ? [note([...path, 'requestSize'], say.largeRequest(), say.keepRequestSmall())]
      : []),
    ...checkTlsFiles(settings.url, settings, path),
    ...checkCredentialFile(apiKeyFile, [...path, 'apiKeyFile'], 'secret'),
    ...checkCredentialFile(clientSecretFile, [...path, 'clientSecretFile'], 'secret'),
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
    ...checkPersonal(settings, path),
    ...settings.mapping.flatMap((rule, i) => checkRule(rule, [...path, 'mapping', i])),
  ];
}

export function checkNgsiLd(settings: NgsiLdSettings, path: Path): Fault[] {
  const { context } = settings;
  const isWrong = context !== undefined && !isHttp(context);
  return [
    ...checkNgsi(settings, path),
    ...(isWrong ? [fault([...path, 'context'], say.noContext({ url: context }), say.writeContext())] : []),
  ];
}

function hasSecrets({ apiKeyFile, tokenUrl }: NgsiSettings): boolean {
  return apiKeyFile !== undefined || tokenUrl !== undefined;
}

function isHttp(written: string): boolean {
  return URL.canParse(written) && /^https?:$/.test(new URL(written).protocol);
}

function checkAddress(written: string, path: Path, carriesSecrets: boolean): Fault[] {
  if (!isHttp(written)) return [fault(path, say.noAddress({ url: written }), say.writeAddress())];
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') return [fault(path, say.credentialsInUrl(), say.useFiles())];
  if (url.search !== '' || url.hash !== '' || /\/(v2|ngsi-ld)(\/|$)/.test(url.pathname)) {
    return [fault(path, say.tooMuchAddress({ url: written }), say.cutAddress())];
  }
  const isClear = url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  return isClear && carriesSecrets ? [note(path, say.clearSecrets(), say.useTls())] : [];
}

function checkToken(settings: NgsiSettings, path: Path): Fault[] {
  const { tokenUrl, clientId, clientSecretFile, username, passwordFile, scope, apiKeyHeader, apiKeyFile } = settings;
  const parts = { clientId, clientSecretFile, username, passwordFile, scope };
  if (tokenUrl === undefined) {
    const useless = Object.entries(parts).find(([, value]) => value !== undefined)?.[0];
    return useless === undefined ? [] : [fault([...path, useless], say.noTokenUrl(), say.addTokenUrl())];
  }
  const isHalfUser = (username === undefined) !== (passwordFile === undefined);
  const isHalfClient = (clientId === undefined) !== (clientSecretFile === undefined);
  const isNobody = clientId === undefined && username === undefined;
  const isTwice = apiKeyFile !== undefined && apiKeyHeader.toLowerCase() === 'authorization';
  return [
    ...checkAddressOfToken(tokenUrl, [...path, 'tokenUrl']),
    ...(isHalfClient || isNobody ? [fault(path, say.halfClient(), say.addClient())] : []),
    ...(isHalfUser ? [fault(path, say.halfUser(), say.addUser())] : []),
    ...(isTwice ? [fault([...path, 'apiKeyHeader'], say.twoAuthorisations(), say.chooseOne())] : []),
  ];
}

function checkAddressOfToken(written: string, path: Path): Fault[] {
  if (!isHttp(written)) return [fault(path, say.noAddress({ url: written }), say.writeTokenAddress())];
  const { protocol, hostname } = new URL(written);
  return protocol === 'http:' && !isLoopback(hostname) ? [note(path, say.clearSecrets(), say.useTls())] : [];
}

function checkPersonal({ personal, kinds }: NgsiSettings, path: Path): Fault[] {
  if (personal || !kinds.includes('sighting')) return [];
  return [note([...path, 'kinds'], say.sightingsStay(), say.setPersonal())];
}

function checkRule(rule: Rule, path: Path): Fault[] {
  const { type, kind, part } = rule;
  const model = Object.hasOwn(MODELS, type) ? MODELS[type] : undefined;
  const known = model === undefined ? [] : Object.keys(model.attributes);
  const isEmpty = Object.keys(rule.attributes).length === 0 && rule.each !== true && kind !== 'position';
  const needsPart = (kind === 'alarm' && part === undefined) || (kind === 'sighting' && part === undefined);
  return [
    ...(isEmpty ? [fault(path, say.emptyRule(), say.addAttributes())] : []),
    ...(needsPart ? [note(path, say.noPart({ kind }), say.addPart({ part: kind === 'alarm' ? 'alarm' : 'tag' }))] : []),
    ...Object.keys(rule.attributes).flatMap((name) =>
      model === undefined || known.includes(name) || type === 'Device'
        ? []
        : [note([...path, 'attributes', name], say.notOfModel({ name, type }), suggestion(name, known))],
    ),
    ...Object.entries(rule.fixed).flatMap(([name, value]) =>
      checkFixed(value, model?.attributes[name], [...path, 'fixed', name]),
    ),
  ];
}

function checkFixed(value: FixedValue, model: AttributeModel | undefined, path: Path): Fault[] {
  const texts = [value].flat().filter((each) => typeof each === 'string');
  if (!texts.every(isPlainText)) return [fault(path, say.forbiddenText(), say.leaveThemOut())];
  if (model === undefined) return [];
  const wantsList = model.is === 'list';
  if (wantsList !== (typeof value === 'object')) {
    return [fault(path, say.wrongKind(), wantsList ? say.writeList() : say.writeOne())];
  }
  const allowed = model.oneOf;
  const wrong = allowed === undefined ? undefined : texts.find((each) => !allowed.includes(each));
  return wrong === undefined || allowed === undefined
    ? []
    : [fault(path, say.noSuchWord({ word: wrong }), suggestion(wrong, allowed))];
}
