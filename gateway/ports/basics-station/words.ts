import { sentences } from '../../../shared/text.ts';

export const say = sentences('basics-station', {
  type: {
    en: 'LoRa gateways with LoRa Basics Station (LNS over WebSocket).',
    ja: 'LoRa Basics StationのLoRa基地局（WebSocket上のLNSプロトコル）。',
  },
  listen: {
    en: 'Where they connect to. Beyond loopback it needs cert-file, key-file and tokens.',
    ja: '基地局の接続先となる待ち受けアドレス。ループバック以外では cert-file、key-file とトークンが必要です。',
  },
  certFile: { en: 'Server certificate (PEM), for wss://.', ja: 'サーバー証明書（PEM）。wss:// に使います。' },
  keyFile: {
    en: 'Key of the server certificate (PEM); readable by the gateway alone.',
    ja: 'サーバー証明書の秘密鍵（PEM）。ゲートウェイだけが読めるようにします。',
  },
  caFile: {
    en: 'Certificate authority (PEM) of client certificates, if they are required.',
    ja: 'クライアント証明書を必須にする場合の認証局証明書（PEM）。',
  },
  tokenFile: {
    en: 'File with the token that all other stations send as "Authorization: Bearer …" (its tc.key).',
    ja: 'ほかの全基地局が "Authorization: Bearer …" で送るトークンのファイル（基地局側では tc.key）。',
  },
  stationTokens: {
    en: 'LoRa gateways with a token of their own: it lets in this one only, and the shared one does not.',
    ja: '個別のトークンを使うLoRa基地局。このトークンではこの基地局だけが接続でき、共通のトークンでは接続できません。',
  },
  stationEui: { en: 'EUI of the LoRa gateway.', ja: 'LoRa基地局のEUI。' },
  stationTokenFile: {
    en: 'File with its token; readable by the gateway alone.',
    ja: 'この基地局のトークンを書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  stationTaken: { en: 'the LoRa gateway {station} is there already', ja: 'LoRa基地局 {station} はすでにあります' },
  oneEntry: { en: 'Keep one entry', ja: '1つだけ残してください' },
  closeToLocal: {
    en: 'Add token-file or a [[port.station]] for each, or set trust-local = true if every program here may',
    ja: 'token-file か、基地局ごとの [[port.station]] を追加してください。この機器のプログラムをすべて信頼する場合は trust-local = true とします',
  },
  tlsIncomplete: { en: 'TLS needs both cert-file and key-file', ja: 'TLSには cert-file と key-file の両方が必要です' },
  clientsNeedTls: { en: 'client certificates need TLS', ja: 'クライアント証明書にはTLSが必要です' },
  addTls: { en: 'Add cert-file and key-file', ja: 'cert-file と key-file を追加してください' },
  open: {
    en: 'a port that others can reach needs TLS and credentials',
    ja: '外部から接続できるポートにはTLSと認証情報が必要です',
  },
  close: {
    en: 'Add cert-file, key-file and token-file (or ca-file, or a [[port.station]] for each), or listen on 127.0.0.1',
    ja: 'cert-file、key-file、token-file（または ca-file、基地局ごとの [[port.station]]）を追加するか、127.0.0.1 で待ち受けてください',
  },
  wrongToken: { en: 'a LoRa gateway did not send the right token', ja: '正しいトークンを送らないLoRa基地局です' },
  noTls: { en: 'the TLS connection failed: {why}', ja: 'TLS接続に失敗しました: {why}' },
  nothingAt: { en: 'nothing is at {url}', ja: '{url} には何もありません' },
  nameless: {
    en: 'it asks where to connect without giving its EUI',
    ja: '接続先を問い合わせていますが、自身のEUIがありません',
  },
  notText: { en: 'it is not text', ja: 'テキストではありません' },
  noDataRate: { en: 'the region has no data rate {dataRate}', ja: '地域設定にデータレート {dataRate} はありません' },
  gone: { en: 'the station is gone', ja: '基地局の接続が切れました' },
  tooLate: { en: 'it is too late', ja: '送信に間に合いません' },
  notConfirmed: { en: 'the station did not confirm that it sent it', ja: '基地局から送信完了の応答がありません' },
  notMessage: {
    en: 'the message is not a JSON object with a msgtype',
    ja: 'msgtype のあるJSONオブジェクトではありません',
  },
  fieldWrong: { en: '{field} of {message} is wrong ({why})', ja: '{message} の {field} が不正です（{why}）' },
  messageWrong: { en: '{message}: {why}', ja: '{message}: {why}' },
  frameTooLong: { en: 'the frame is longer than LoRaWAN allows', ja: 'フレームが規定の最大長を超えています' },
  foptsLength: { en: 'FOpts does not have the length that FCtrl gives', ja: 'FOptsの長さがFCtrlと一致しません' },
  payloadWithoutPort: { en: 'it has an FRMPayload but no FPort', ja: 'FPortがないのにFRMPayloadがあります' },
});
