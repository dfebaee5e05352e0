#!/usr/bin/env node
import process from 'node:process'
import { createProgram } from './program.ts'
import { runCommand } from './run-command.ts'

// `bobbin … | head` ends when the reader does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCommand(createProgram(), process.argv.slice(2))
