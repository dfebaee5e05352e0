import { databaseInfo } from './database-info.ts'
import { mariadbLogo, mysqlLogo } from './logos.ts'

const date = '2026-11-30'

export const mysqlInfo = databaseInfo({
  type: 'platform.hp-mysql',
  slug: 'hp-mysql',
  name: 'MySQL',
  oldest: '5.6',
  keywords: ['sql', 'aurora', 'rds', 'cloud sql', 'percona', 'planetscale', 'vitess', 'tidb'],
  logo: mysqlLogo,
  stage: 'alpha',
  verified: {
    how: 'A real MySQL 5.6, and a real MariaDB; of MySQL 8 the sign-in and TLS alone, by a server of our own making. No newer MySQL than 5.6 was asked, and no tap has run with the files yet',
    date,
    page: 'https://dev.mysql.com/doc/refman/8.4/en/information-schema.html',
  },
})

export const mariadbInfo = databaseInfo({
  type: 'platform.hp-mariadb',
  slug: 'hp-mariadb',
  name: 'MariaDB',
  oldest: '10.0',
  keywords: ['mysql', 'sql', 'rds', 'skysql', 'galera'],
  logo: mariadbLogo,
  stage: 'beta',
  verified: {
    how: 'A real server of version 10.11, over TLS and through OpenSSH too; no tap has run with the files yet',
    date,
    page: 'https://mariadb.com/docs/server/reference/system-tables/information-schema',
  },
})
