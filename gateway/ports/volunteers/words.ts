import { sentences } from '../../../shared/text.ts';

export const say = sentences('volunteers-port', {
  volunteers: {
    en: "Where volunteers' phones send what they detect, sealed to the operators. Makes this gateway a hub. No phone is enrolled or remembered.",
    ja: '見守りボランティアの端末が、事業者だけが開ける形で検知結果を送る入口。このゲートウェイをハブにします。端末は登録も記録もされません。',
  },
  listen: {
    en: 'Where phones are answered by HTTP, or by HTTPS with a certificate. The page of the app is there too.',
    ja: '端末に応答する待ち受けアドレス（証明書を指定すればHTTPS）。アプリのページも同じアドレスで公開します。',
  },
  certFile: { en: 'Certificate (PEM) of this door.', ja: 'この入口の証明書（PEM）。' },
  keyFile: { en: 'Its private key (PEM).', ja: '証明書の秘密鍵（PEM）。' },
  tenant: {
    en: 'The tenant under which uploads are stored; without it the own one.',
    ja: '受信したデータのテナント。省略すると自身のテナントです。',
  },
  perMinute: {
    en: 'Requests a minute from one address; 0 for any number, behind a proxy that has a limit of its own.',
    ja: '1つのアドレスから1分間に受け付ける要求の数。制限を行うプロキシの背後では 0（無制限）。',
  },
  maxClients: { en: 'Connections at once.', ja: '同時接続数の上限。' },
  city: {
    en: 'The city that is responsible, as the app names it. With contact it makes the app ready: without both, fill in its config.json.',
    ja: 'アプリに表示する、責任を負う自治体の名前。contact と合わせて指定すればアプリが使えます。指定しない場合は config.json を記入してください。',
  },
  cityName: { en: 'Its name in this language.', ja: 'この言語での名前。' },
  contact: {
    en: 'Where volunteers may ask: https://… or mailto:…',
    ja: 'ボランティアの問い合わせ先（https://… または mailto:…）。',
  },
  mustBeContact: { en: 'must begin with https:// or mailto:', ja: 'は https:// か mailto: で始めてください' },
  halfCity: { en: 'city and contact belong together', ja: 'city と contact は両方必要です' },
  addOther: { en: 'Add the other one', ja: 'もう一方も指定してください' },
  appDirectory: {
    en: 'Folder with the built app; without it the one that came with this program.',
    ja: 'アプリのファイルがあるフォルダー。省略すると付属のアプリを公開します。',
  },
  openWithoutTls: {
    en: 'is open beyond this machine without TLS: browsers then neither scan nor install the app',
    ja: 'TLSなしで外部に公開されています。ブラウザーはHTTPSでなければ検知もインストールもできません',
  },
  addCertificate: {
    en: 'Set cert-file and key-file, or listen on 127.0.0.1 behind a proxy with TLS',
    ja: 'cert-file と key-file を指定するか、127.0.0.1 で待ち受けてTLS対応のプロキシを前に置いてください',
  },
  noApp: { en: 'there is no such folder', ja: 'このフォルダーはありません' },
  buildApp: { en: 'npm run build makes dist/watch-app', ja: 'npm run build で dist/watch-app が作られます' },
  tooManyRequests: {
    en: 'more requests than one address may make in a minute (per-minute)',
    ja: '1つのアドレスからの要求が1分間の上限（per-minute）を超えました',
  },
});
