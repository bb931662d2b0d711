// What tests/agents/fit_calls gave for single models on the questions that ship with Outpost.
#include "agents/calling/known_profiles.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kQwenCoderHalf = 0xc54551586739f670; // Qwen2.5-Coder-0.5B-Instruct

constexpr std::string_view kQwenCoderDue =
    "e0080ef401f10502150afad4f8190214efe31706fb0718d80cfaf81601f9f1f90d0608fb09e20510150104e5f3ec"
    "080b01f8ef16c2e609110907f2f3f40c0c1ef1f4bd10ec0706fbfe02f911080a12d90abb09011c010af11d272728"
    "0fff15fa0b07d3050c1636f4eefefa08fe2702f80813f9ee1a1c1005d4090e13d1fb15ea0df5e9531412f7fb00df"
    "f70e00f3040f01faf20f0feb0ced22fc2f08f2ff040923f8eefdeff8dcffd30bfdf4fafeec130eec082716e3030b"
    "fa11141111ea3a25f819e4e20e0e220e051404e4181d44d0fcf0f736121a04f60afbfce80715eff7f62ef1fef4df"
    "fe03f5d2f7f71917f60ae3cc2b110b012e0add0bfb1502f108f6f9f808f90c0afd16eadbfa04f4f9071cfff70ef0"
    "14d6f9f404f6fd070c140713f806fcf6f2fc02e60012facdfaf7ece8f0eae6dc192dd201fc0dd80fd81b11fafbf8"
    "181b0bf5e5360be2f51ae2eef20c18f702c803edddfe1312fafbdbd90e120ff7e50bf416da2315faede916e104fe"
    "f31b0cf508f80624f01319ff28fff202d6f9f20afe0fd6eefcea0ef541fc130f13ecc0f9e501f6091b100903db10"
    "11eaf5f3fb00ca07120cd2f93bfe1ceedb09e0f3090bf8183efb040df7f72a0ceb001a01ff03fa24050ff2110ee4"
    "fae1f4f90cfa1eeb11f9ded01b0ef211042f1525f217090a010e110b1eeadbed1816fadf0efbdafaf3ea0c01d90f"
    "fa0202060f1c2a010b0b0d0109d1da0efcedf60afbdd160a2ffbf809e700f605e7e00321de09140e0c02c7f2f9ef"
    "020e12f8fd130efc0403e5db1fff0208f4e403f702f1f303fe19128106defe0d000e13f61f03f9ee061739ebc2ee"
    "08f01a131df6082ff9fc01fa14ee08f30efbdedcf5f7ffe506f8fdf5090b0cf9c10c102cfe2c2afa19e00ef5f202"
    "fc070111090d0dd60001fb02fa0f0bf701151120fafe35e404fc091423f7fb2f0603fb14f3051a1222010be6db0e"
    "18d50408f32730fdeccd0a00e9f8d532de1af8080fe007eff401f5fc09dc100f31e1f404ff09fe14f7cee6fd121b"
    "010f0af013ec0cf2190804212619fe1cbc12f7d7e7eddcf9181a0307f20ffc0ef1eef4030115fe1d1407010b09eb"
    "fef60902100615c73112f5ed190c0432ff03ef37081a2106fc13d4eafaebe822f1ef0c112b0dff0d02070605cd03"
    "07f3f2b8f50d03fbf20009180a052d0c0dcd050b0ed9f107250b09f90217f6f1f71f0f05e9ef0ad2f70bdaf020fa"
    "18d701f412010dff04fc3ff8080d1a10f5090fee0aec";

constexpr std::string_view kQwenCoderCorrect =
    "0e1d37031ef50f1414f9edf7e91220fb18001507fdf1d6f30206e94be30eedf6e70fec0411ed09090ef20ae2fef9"
    "05e90cedd21ad8eefcf8fdf5f9e1fe1821111703cc0f001c3709f00efa30f9fef6d017d30f06fef02c0702123613"
    "1e0604ff080bfaeb15152a08f60303fcfc162f1d0b04ebeffb01ff27d5f7f61dea131e0207eed8781e1419ea15d5"
    "0cef0ce8ff2bf10df91af80f33fddefa35011907040728140bf6f50202ebb32911f7ddffe9faf9eecdd6140f0af4"
    "ef140c14eff4101af80b02d0e01ae734141b1a810bfb00ec0d00e04c170906ebd9d51607033a0816f71fe3390bb9"
    "f2d2eee3fbd5272bfd18ddef1e050af81907e9effc14e9ff22f7f8f9d0e80a15f611ff1229ecdd07061ef825dcee"
    "05ced3ed0818130e2a20eb160405080603fdceed062806d8fb1503ece6eccde7fc58e1ec21f9fd2cc81b00f3defb"
    "f5290bfed0091ae5f7e6eef5ef0b0fe432e6f6fdebf10d07f80ce8d5fdff161ddbeaf0f9e8220c0500f40fdd0205"
    "f4fa0bf205ef1c1b0b1f100817dbe9f9d903e910010898f109e51c0a3e0312252bcee91dd9e9f8eff316040cdd0e"
    "00fcc1fc0e11c108fc09faf936fc19f7f21ee80012ed2a0e3e092afe08f20bfafae6e904ff06e6290a21fa1208e3"
    "04d8fd490a1612e806e4f9e112fbfd10f2390d0ecc250f0d0002090d3d15d9dc22060e1e16ece612ebf8060ee31e"
    "095406011cfe17ff0a1e1a05e71705d50608f818f4bcfbfb1bfef316f9e4fc23f3f9f4f8ed271c120f19cefd09ff"
    "c41412f9fc140e000f0603cf151aea07edf001f9f4f021ef0318f68108d10106f7f9f3e215e720e815194cf6b609"
    "0efa210f42f8e74ce909050213f411ef06f1f1e1ebf1da00100cee1819030c0808251e1e1a122b072aec12f41500"
    "fe0700060501f3e322f90403e2160efcf813061603fb42eff0f7f4161703d918e700f42505f51e05181bfbf6f51e"
    "0a1503fffe1825f4f5cc12fafa04eb11fa17fefd1df4030de8eafe15fa0908fb4c05eef70dfa023cebe6ff280417"
    "fa2519fbfffe1aca0fd4fb270a11e922d22fedebe3dcf919100d0afbf7120f000ad20439fe1f0e21e209de0cf9ff"
    "f0e3f8000ce2289308d3e6fee7efee1c0af4ec3a21db2b090733e1e4fdf5d13f000de3e30deff6ecfe06d807e40c"
    "0f0febcb180402ffffe80a1bfa27320127bd1dfe06e2f80f34efd1de1a19efe3041511ce27f309daee15e8f934f9"
    "09d3fff51bf5fefcfd0909fe13081f161427010427e0";

StateProbe probe_of(float scale, std::string_view hex) {
  return {scale, codes_of(hex).value_or(std::vector<std::int8_t>())};
}

void tell_qwen_coder(CallingProfile& profile) {
  profile.due = {-0.258, 0,     0.047, 0.662, -1.256, 0.785, -0.062, -0.239, 0,
                 0.12,   0.974, 0,     0,     0,      0,     0.279,  0.073,  -0.916,
                 -0.456, 0,     0,     0,     0,      0,     0,      0,      -0.04};
  profile.correct = {-3.21,  0,     0.05,   1.489,  -0.564, 0.082,  0,      -0.136, 0,
                     0.032,  0.125, 0.086,  0.611,  -0.032, -0.265, 0.637,  0,      -1.521,
                     -0.319, 0,     -0.059, -2.937, 0.005,  -0.832, -0.204, -0.817, -0.03};
  profile.probes = {probe_of(0.001636532F, kQwenCoderDue),
                    probe_of(0.0007010906F, kQwenCoderCorrect)};
}

} // namespace

void tell_what_is_known(std::uint64_t mark, CallingProfile& profile) {
  if (mark == kQwenCoderHalf) tell_qwen_coder(profile);
}

} // namespace outpost::agents
