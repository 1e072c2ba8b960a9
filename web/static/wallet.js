// The wallet.
