import { sentences } from '../text.ts';

export const say = sentences('orders', {
  notOrder: { en: 'not an order', ja: '命令の形式ではありません' },
  orderTooLarge: { en: 'an order of more than {max} bytes', ja: '命令が上限（{max}バイト）を超えています' },
  notResult: { en: 'not the result of an order', ja: '命令の結果の形式ではありません' },

  restart: { en: 'start the gateway anew', ja: 'ゲートウェイを再起動する' },
  logLevel: { en: 'log more or less for a time', ja: 'ログの詳しさを一定時間変える' },
  configure: { en: 'take up another configuration, on trial', ja: '別の設定を試しに適用する' },
  update: { en: 'install another release', ja: '別のリリースをインストールする' },
  support: { en: 'make a support bundle', ja: 'サポート情報を作る' },
  write: { en: 'write a value that the profile of a device names', ja: '機器のプロファイルにある値を書き込む' },
  downlink: { en: 'send a LoRaWAN downlink', ja: 'LoRaWANのダウンリンクを送る' },
  interval: { en: 'sample more or less often', ja: '測定の間隔を変える' },
  display: { en: 'show a text', ja: '文字を表示する' },

  mustBePayload: {
    en: 'must be 1 to 242 bytes as hexadecimal digits in lower case',
    ja: 'は1〜242バイトを16進数（小文字）で指定してください',
  },
  mustBeDigest: { en: 'must be 64 hexadecimal digits', ja: 'は16進数64桁で指定してください' },
  mustBeWritable: { en: 'must be a number, true or false', ja: 'は数値か true / false で指定してください' },
  mustBeVersion: { en: 'must be a version such as 0.2.0', ja: 'は0.2.0のようなバージョンで指定してください' },
  mustBeUrl: {
    en: 'must be an address such as https://hub.example.jp:8443/v1/kakogawa/releases',
    ja: 'は https://hub.example.jp:8443/v1/kakogawa/releases のようなアドレスで指定してください',
  },
});
