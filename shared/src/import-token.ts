import { z } from 'zod'

export const importToken = z.object({ id: z.number().int(), created_at: z.string() })

export const createdImportToken = z.object({ id: z.number().int(), access_token: z.string() })
