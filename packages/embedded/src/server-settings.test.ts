import { describe, expect, test } from 'vitest'
import { checkSettings, settingArguments } from './server-settings.ts'

describe('settings', () => {
  test('given ones win over the defaults', () => {
    const given = settingArguments({ fsync: 'off', work_mem: '8MB' }, '/s')
    expect(given).toContain('fsync=off')
    expect(given).not.toContain('fsync=on')
    expect(given).toContain('work_mem=8MB')
    expect(given).toContain('synchronous_commit=on')
  })

  test('the socket folder is one item of its list, whatever its name', () => {
    expect(settingArguments({}, '/a, "b"')).toContain('unix_socket_directories="/a, ""b"""')
  })

  test.each(['port', 'unix_socket_directories', 'data_directory', 'WORK_MEM', 'a=b', ''])('%j is refused', (name) => {
    expect(() => checkSettings({ [name]: 'x' })).toThrow(expect.objectContaining({ code: 'SettingRefused' }))
  })
})
