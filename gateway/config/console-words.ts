import { sentences } from '../../shared/text.ts';

/** The console's accounts and what can be wrong with its settings. */
export const say = sentences('config.console', {
  badAccountLine: {
    en: 'line {line} is no account',
    ja: '{line} 行目はアカウントではありません',
  },
  tooManyAccounts: { en: 'there are more than {max} accounts', ja: 'アカウントが {max} 件を超えています' },
  accountsUnreadable: { en: 'the accounts cannot be read ({why})', ja: 'アカウントを読み取れません（{why}）' },
  accountsOpen: { en: 'others than its owner can read the accounts', ja: '所有者以外もアカウントを読み取れます' },
  closeAccounts: { en: 'Run: chmod 600 {file}', ja: '次を実行してください: chmod 600 {file}' },
  makeAccountsAnew: {
    en: 'Remove the file and make the accounts anew: machimori console password',
    ja: 'ファイルを削除し、machimori console password でアカウントを作り直してください',
  },
  asGateway: {
    en: 'Run the command as the user of the gateway, or with sudo',
    ja: 'ゲートウェイのユーザーで、またはsudoを付けて実行してください',
  },
  noAccounts: {
    en: 'the console has no account yet, so it does not open',
    ja: 'コンソールにはまだアカウントがないため、開きません',
  },
  makeAccount: {
    en: 'Run: machimori console password {file} <user> --role technician',
    ja: '次を実行してください: machimori console password {file} <ユーザー名> --role technician',
  },
  sameDoor: { en: 'the status server listens there', ja: 'そこでは状態表示サーバーが待ち受けます' },
  otherPort: { en: 'Take another port, such as 9465', ja: '9465 など、別のポートにしてください' },
  auditTaken: {
    en: 'the audits of the destination "console" and of the console would lie in one folder',
    ja: '送信先 "console" とコンソールの操作記録が、同じフォルダーになります',
  },
  otherName: { en: 'Give the destination another name', ja: '送信先を別の名前にしてください' },
});
