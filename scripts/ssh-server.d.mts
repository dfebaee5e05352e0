export interface SshKey {
  readonly privateKey: string
  /** As a line of known_hosts has it, without the host. */
  readonly publicKey: string
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: string
}

export interface SshServer {
  readonly host: string
  readonly port: number
  /** The one user whom it lets in. */
  readonly user: string
  readonly privateKey: string
  readonly hostKeys: Readonly<Record<string, SshKey>>
  /** The folder where SFTP begins. */
  readonly files: string
  /** Lets the user in by another key, too. */
  authorize(publicKey: string): Promise<void>
  log(): string
  stop(): Promise<void>
}

export function startSshd(options?: {
  /** `ed25519`, `ecdsa`, `rsa`; all by default. */
  hostKeys?: readonly string[]
  /** Of sshd_config. */
  settings?: Readonly<Record<string, string | number>>
}): Promise<SshServer>
