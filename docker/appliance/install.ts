/** `node install.ts FOLDER`: the product as the flashable image has it, put into a folder that becomes a container's root. */
import path from 'node:path'
import { hostArch } from '../image/arch.ts'
import { installProduct } from '../image/product.ts'

const [folder] = process.argv.slice(2)
if (!folder) {
  process.stderr.write('usage: node docker/appliance/install.ts FOLDER\n')
  process.exit(2)
}
installProduct(path.resolve(folder), hostArch(), path.resolve(folder, '../npm'))
