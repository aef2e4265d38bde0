import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.city-os', {
  slow: { en: 'It waits before it takes in a message', ja: 'メッセージを処理する前に待つ' },
  waits: { en: 'How long', ja: '待ち時間' },
  silent: { en: 'It stores and sends no receipt', ja: '保存するが、受領通知を送らない' },
  refuse: {
    en: 'It refuses readings, the same ones each time they come',
    ja: '測定値を拒否する（同じ測定値は何度届いても拒否する）',
  },
  shareOfReadings: { en: 'Share of readings', ja: '測定値に対する割合' },
  crash: {
    en: 'It cuts the connection between commit and receipt, and is well again after so many times',
    ja: '保存後、受領通知の前に接続を切る（指定回数の後は正常に戻る）',
  },
  times: { en: 'How often', ja: '回数' },
  wrongNumber: { en: 'Its receipts bear the next number', ja: '受領通知の番号が1つ先になっている' },
  wrongEpoch: { en: 'Its receipts bear another epoch', ja: '受領通知のエポックが異なる' },
  garbageReceipt: { en: 'Its receipts are random bytes', ja: '受領通知が不規則なバイト列になる' },
  strayReceipt: {
    en: 'With each receipt comes one for a batch that never came',
    ja: '受領通知とともに、届いていないバッチの受領通知も届く',
  },
  repeatReceipt: { en: 'Each receipt comes twice', ja: '受領通知が2回届く' },
  away: { en: 'Its port is closed', ja: 'ポートが閉じている' },
  fewConnects: {
    en: 'Its broker lets in few clients a second',
    ja: 'ブローカーが1秒間に受け入れるクライアントが少ない',
  },
  clients: { en: 'Clients a second', ja: '1秒あたりのクライアント数' },
  smallPackets: {
    en: 'Its broker closes the connection of a client that sends a larger payload',
    ja: 'これより大きなペイロードを送るクライアントの接続をブローカーが切る',
  },
  largest: { en: 'The largest payload', ja: 'ペイロードの上限' },
  expiredCertificate: {
    en: 'It presents a certificate that has expired (with TLS only)',
    ja: '有効期限の切れた証明書を提示する（TLS使用時のみ）',
  },
  noOpenssl: { en: 'openssl cannot make a certificate ({why})', ja: 'opensslで証明書を作成できません（{why}）' },
  installOpenssl: {
    en: 'Install it (apt-get install openssl) and name a folder that can be written',
    ja: 'opensslをインストールし（apt-get install openssl）、書き込めるフォルダを指定してください',
  },
});
