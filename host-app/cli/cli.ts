#!/usr/bin/env node
import { createProgram } from './program.ts'
import { runCommand } from './run-command.ts'

await runCommand(createProgram())
