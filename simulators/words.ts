import { sentences } from '../shared/text.ts';

export const say = sentences('simulators', {
  otherGateway: { en: 'it names the gateway {gateway}', ja: 'ゲートウェイ名が {gateway} になっています' },
  publishUnderName: {
    en: 'Publish under the name in the message',
    ja: 'メッセージにある名前のトピックで送信してください',
  },
  tooManyFeeds: {
    en: 'the city OS cannot take any more feeds',
    ja: '都市OSが扱えるフィードの数に達しました',
  },
  newFile: { en: 'Start the stand-in with a new file', ja: '新しいファイルで起動し直してください' },
  noPty: { en: 'there are no pseudo-terminals here', ja: '疑似端末を使えません' },
  installPty: {
    en: 'Install it (npm install @lydell/node-pty) or let the simulators use tcp',
    ja: 'npm install @lydell/node-pty でインストールするか、模擬機器でtcpを使ってください',
  },
  linkTaken: {
    en: 'something other than a symbolic link is there',
    ja: 'シンボリックリンク以外のものが既にあります',
  },
  otherLink: { en: 'Name another place for the link', ja: 'リンクの場所を変えてください' },
  cannotListen: { en: 'cannot listen ({why})', ja: '待ち受けできません（{why}）' },
  otherPort: {
    en: 'Name another port, or none for a free one',
    ja: '別のポートを指定するか、省略して空きポートを使ってください',
  },
});
