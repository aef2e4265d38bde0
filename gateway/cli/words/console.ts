import { sentences } from '../../../shared/text.ts';

/** `machimori console`. */
export const say = sentences('cli.console', {
  console: {
    en: 'who may use the console in a browser, and what they changed',
    ja: 'ブラウザーのコンソールの利用者と操作記録',
  },
  password: { en: 'make an account, or give it another password', ja: 'アカウントを作成、またはパスワードを変更' },
  passwordNote: {
    en: 'The password is asked for at the terminal, or is the first line of standard input. Whoever is signed in with the former one is signed out.',
    ja: 'パスワードは端末で尋ねるか、標準入力の1行目から読み取ります。以前のパスワードでのサインインは無効になります。',
  },
  user: { en: 'name of the account', ja: 'アカウント名' },
  role: {
    en: 'viewer: may look; technician: may change things too (default: as before; of a new account viewer)',
    ja: 'viewer: 閲覧のみ、technician: 変更も可能（既定値: 変更なし。新しいアカウントは viewer）',
  },
  accounts: { en: 'list the accounts', ja: 'アカウントの一覧' },
  remove: {
    en: 'remove an account; whoever is signed in with it is signed out',
    ja: 'アカウントを削除（サインイン中でも無効になります）',
  },
  fingerprint: {
    en: "print the SHA-256 fingerprint of the console's certificate",
    ja: 'コンソールの証明書のSHA-256フィンガープリントを表示',
  },
  fingerprintNote: {
    en: 'Compare it with what the browser shows before you sign in for the first time. If there is no certificate yet, it is made.',
    ja: '最初にサインインする前に、ブラウザーの表示と一致することを確認してください。証明書がまだなければ作成します。',
  },
  audit: { en: 'list who changed what through the console', ja: 'コンソールでの操作記録を表示' },

  badRole: {
    en: 'the role is viewer or technician, not {role}',
    ja: '役割は viewer か technician です（{role} は使えません）',
  },
  askPassword: { en: 'Password for {user}: ', ja: '{user} のパスワード: ' },
  askAgain: { en: 'Once more: ', ja: 'もう一度: ' },
  notTheSame: {
    en: 'The two are not the same. Nothing was changed.',
    ja: '2回の入力が一致しません。何も変更していません。',
  },
  noPassword: {
    en: 'No password was given. Nothing was changed.',
    ja: 'パスワードが入力されていません。何も変更していません。',
  },
  passwordSet: { en: '{user} can sign in, as {role}.', ja: '{user} は {role} としてサインインできます。' },
  notEnabled: {
    en: 'The console is not enabled yet. Run: machimori set {file} console.enabled=true',
    ja: 'コンソールはまだ有効ではありません。次を実行してください: machimori set {file} console.enabled=true',
  },
  removed: { en: '{user} can no longer sign in.', ja: '{user} はサインインできなくなりました。' },
  noSuchAccount: { en: 'there is no account {user}', ja: 'アカウント {user} はありません' },
  noAccounts: {
    en: 'There is no account. Make one with: machimori console password',
    ja: 'アカウントはありません。machimori console password で作成できます。',
  },
  noCertificate: {
    en: 'The console listens on loopback without TLS ({address}): there is no certificate.',
    ja: 'コンソールはループバック（{address}）でTLSなしに待ち受けるため、証明書はありません。',
  },
  nothingChanged: { en: 'Nobody has used the console yet.', ja: 'コンソールはまだ使われていません。' },

  userColumn: { en: 'account', ja: 'アカウント' },
  roleColumn: { en: 'role', ja: '役割' },
  atColumn: { en: 'time', ja: '日時' },
  fromColumn: { en: 'from', ja: '接続元' },
  actionColumn: { en: 'action', ja: '操作' },
  parametersColumn: { en: 'parameters', ja: '内容' },
  outcomeColumn: { en: 'outcome', ja: '結果' },
  begun: { en: 'begun', ja: '開始' },
  done: { en: 'done', ja: '完了' },
  failed: { en: 'failed ({code})', ja: '失敗（{code}）' },
});
